package io.kurier.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.log.producer.ProducerSnapshot;
import io.kurier.protocol.records.BatchView;
import io.kurier.protocol.records.InvalidBatchException;
import io.kurier.testkit.SimDisk;
import io.kurier.testkit.SimWorld;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// One partition on a simulated disk, with a record of all that was done to it, and the check of what must hold
/// whenever it is opened again: no batch that was durable is lost, none is changed, none comes back after a truncation,
/// and the producers' state is that of the batches.
final class TormentedLog {
    static final Path FOLDER = Path.of("/data");
    static final TopicPartition PARTITION = new TopicPartition("torment", 0);
    static final Path PARTITION_FOLDER = FOLDER.resolve("torment-0");
    private static final Uuid TOPIC_ID = new Uuid(7, 7);
    private static final int PRODUCERS = 3;
    private static final long FIRST_TRANSACTIONAL = 10;
    private static final int TRANSACTIONAL = 2;
    private static final long RESTARTED = Long.MAX_VALUE;
    /// From none to one that is never full.
    private static final long[] JOURNAL_BYTES = {600, 3000, 0, 1 << 20};

    private static final LogConfig CONFIG = LogConfig.defaults()
            .with(new LogConfig.Segments(3000, 3_600_000, 0, 4096, 150))
            .with(new LogConfig.Retention(-1, 9000, true, false, 1000));

    /// A batch that the log may hold at an offset.
    private record Stored(ByteBuffer bytes, long lastOffset) {
        @Override
        public String toString() {
            return "to " + lastOffset + " at " + new BatchView(bytes, 0).maxTimestamp();
        }
    }

    private static final class Producer {
        int nextSequence;
    }

    final SimWorld world;
    private final SplittableRandom random;
    private final long journalBytes;
    private final Map<Long, Producer> producers = new HashMap<>();

    /// What the log holds by its own word, by base offset, on the present branch of history.
    private TreeMap<Long, Stored> batches = new TreeMap<>();
    /// Batches of appends that failed: they may be there or not.
    private final Map<Long, Set<ByteBuffer>> ghosts = new HashMap<>();
    /// What was announced as durable.
    private long durable;
    /// Below this nothing need be there.
    private long start;
    /// The highest start there ever was: below it, the log's parts may be at odds after a power loss.
    private long highestStart;
    /// If positive, a removal down to it was begun and did not end: -1 for none.
    private long truncatingTo = -1;
    private boolean restarting;
    private int epoch = 1;
    private int made;
    private int reads;
    private @Nullable LogDirectory directory;
    private @Nullable PartitionLog log;

    /// @param deeds decides what is done
    /// @param losses decides what a power loss takes
    TormentedLog(long deeds, long losses) throws IOException {
        world = SimWorld.inOrder(losses);
        random = new SplittableRandom(deeds);
        journalBytes = JOURNAL_BYTES[(int) (deeds % JOURNAL_BYTES.length)];
        world.disk().createDirectories(FOLDER);
        world.disk().syncAll();
        for (long id = 0; id < PRODUCERS; id++) {
            producers.put(id, new Producer());
        }
        for (long id = FIRST_TRANSACTIONAL; id < FIRST_TRANSACTIONAL + TRANSACTIONAL; id++) {
            producers.put(id, new Producer());
        }
    }

    SimDisk disk() {
        return world.disk();
    }

    PartitionLog log() {
        return java.util.Objects.requireNonNull(log);
    }

    LogDirectory directory() {
        return java.util.Objects.requireNonNull(directory);
    }

    long durable() {
        return durable;
    }

    /// From here on durable batches may be missing: the disk was damaged behind the log's back.
    void forgetDurable() {
        durable = 0;
    }

    // ---- ends and beginnings

    /// Opens and recovers; the disk may die or fail meanwhile.
    void open() throws IOException {
        directory = LogDirectory.open(
                world.world(), FOLDER, LogDirectory.Settings.defaults().withJournalBytes(journalBytes));
        log = directory.open(PARTITION, TOPIC_ID, CONFIG);
        log.onDurable(end -> durable = Math.max(durable, end));
        log.recover();
    }

    /// Opens, recovers, and checks that nothing is lost that must be there; the history goes on with what is there.
    void reopenAndCheck() throws IOException {
        restart();
        open();
        check();
    }

    /// The process is gone, and what it had begun.
    void restart() {
        world.restart();
        restarting = true;
    }

    void check() {
        NavigableMap<Long, Stored> found = readAll();
        boolean removalBegun = truncatingTo >= 0;
        long end = log().logEndOffset();
        long first = log().logStartOffset();
        if (truncatingTo != RESTARTED) {
            long must = truncatingTo >= 0 ? Math.min(durable, truncatingTo) : durable;
            assertThat(end).as("end of the log; what was durable must be there").isGreaterThanOrEqualTo(must);
            assertThat(first).as("start of the log").isLessThanOrEqualTo(Math.max(start, 0));
        }
        found.forEach((base, stored) -> {
            Stored expected = batches.get(base);
            boolean known = expected != null && expected.bytes.equals(stored.bytes)
                    || ghosts.getOrDefault(base, Set.of()).contains(stored.bytes);
            assertThat(known)
                    .as(
                            "batch at %s is one that was appended there (of %s, or attempted at %s): epoch %s, %s",
                            base,
                            batches.keySet(),
                            ghosts.keySet(),
                            new BatchView(stored.bytes, 0).leaderEpoch(),
                            java.nio.charset.StandardCharsets.ISO_8859_1.decode(
                                    stored.bytes.duplicate().position(61)))
                    .isTrue();
        });
        TreeMap<Long, Stored> all = new TreeMap<>(batches.headMap(found.isEmpty() ? first : found.firstKey()));
        all.putAll(found);
        batches = all;
        ghosts.clear();
        truncatingTo = -1;
        highestStart = Math.max(highestStart, Math.max(start, first));
        start = first;
        assertThat(log().durableEndOffset()).isLessThanOrEqualTo(end);
        durable = log().durableEndOffset();
        checkProducers();
        transactions().check(log(), highestStart);
        checkEpochs();
        checkLookups();
        if (restarting || removalBegun) {
            adoptProducers();
            restarting = false;
        }
    }

    private NavigableMap<Long, Stored> readAll() {
        TreeMap<Long, Stored> found = new TreeMap<>();
        long end = log().logEndOffset();
        long at = log().logStartOffset();
        assertThat(at).isLessThanOrEqualTo(end);
        boolean first = true;
        while (at < end) {
            ByteBuffer bytes = slice(at, end).bytes();
            assertThat(bytes.remaining())
                    .as("bytes at offset %s, end %s", at, end)
                    .isPositive();
            for (int i = 0; i < bytes.limit(); ) {
                BatchView batch = new BatchView(bytes, i);
                assertThat(batch.isWhole()).isTrue();
                assertThat(batch.checksumFits())
                        .as("checksum at %s", batch.baseOffset())
                        .isTrue();
                if (first) {
                    assertThat(batch.baseOffset()).isLessThanOrEqualTo(at);
                    assertThat(batch.lastOffset()).isGreaterThanOrEqualTo(at);
                    first = false;
                } else {
                    assertThat(batch.baseOffset()).as("next batch").isEqualTo(at);
                }
                found.put(batch.baseOffset(), new Stored(copy(batch.bytes()), batch.lastOffset()));
                at = batch.nextOffset();
                i = batch.end();
            }
        }
        assertThat(at).as("end of the last batch").isEqualTo(end);
        return found;
    }

    /// Read with and without waiting for the disk in turn, and now and then nothing is in memory.
    private Slice slice(long at, long end) {
        if (++reads % 5 == 0) {
            disk().chill();
        }
        Slice inMemory = reads % 2 == 0 ? log().tryRead(at, end, 700, true) : null;
        return inMemory != null ? inMemory : log().read(at, end, 700, true);
    }

    /// After damage that no checksum covers or that nobody looked for: whatever is read is as it was appended, or its
    /// checksum tells that it is not.
    void checkRecordsOnly() {
        long end = log().logEndOffset();
        for (long at = log().logStartOffset(); at < end; ) {
            ByteBuffer bytes = log().read(at, end, 1, true).bytes();
            if (!bytes.hasRemaining()) {
                break;
            }
            BatchView batch = new BatchView(bytes, 0);
            Stored stored = batches.get(batch.baseOffset());
            boolean asAppended = stored != null && stored.bytes.equals(batch.bytes());
            assertThat(asAppended || !batch.checksumFits())
                    .as("batch at %s is as it was, or can be seen to be damaged", batch.baseOffset())
                    .isTrue();
            assertThat(batch.nextOffset()).isGreaterThan(at);
            at = batch.nextOffset();
        }
    }

    /// How many of the batches can be read whole.
    int readable() {
        int readable = 0;
        for (Map.Entry<Long, Stored> entry : visible().entrySet()) {
            ByteBuffer bytes = log().read(
                            Math.max(entry.getKey(), log().logStartOffset()), log().logEndOffset(), 1, true)
                    .bytes();
            readable += bytes.equals(entry.getValue().bytes) ? 1 : 0;
        }
        return readable;
    }

    int batches() {
        return visible().size();
    }

    private void checkProducers() {
        Map<Long, ProducerSnapshot> known = new HashMap<>();
        log().activeProducers().forEach(producer -> known.put(producer.producerId(), producer));
        Map<Long, BatchView> last = lastBatches();
        last.forEach((id, batch) -> {
            ProducerSnapshot producer = known.get(id);
            assertThat(producer).as("producer %s is remembered", id).isNotNull();
            if (producer != null) {
                assertThat(producer.lastSequence())
                        .as("last sequence of %s", id)
                        .isEqualTo(batch.lastSequence());
                assertThat(producer.lastOffset()).as("last offset of %s", id).isEqualTo(batch.lastOffset());
            }
        });
        known.forEach((id, producer) -> {
            if (!last.containsKey(id)) {
                assertThat(producer.lastOffset())
                        .as("producer %s, which has no batch here, is remembered for one before the start", id)
                        .isLessThan(log().logStartOffset());
            }
        });
    }

    private Map<Long, BatchView> lastBatches() {
        Map<Long, BatchView> last = new HashMap<>();
        for (Stored stored : visible().values()) {
            BatchView batch = new BatchView(stored.bytes, 0);
            if (batch.hasProducerId() && !batch.isControl()) {
                last.put(batch.producerId(), batch);
            }
        }
        return last;
    }

    /// Batches below the log's start may become visible again: it is durable with the next checkpoint only.
    private NavigableMap<Long, Stored> visible() {
        TreeMap<Long, Stored> visible = new TreeMap<>(batches);
        visible.values().removeIf(stored -> stored.lastOffset < log().logStartOffset());
        return visible;
    }

    private BatchTransactions transactions() {
        return new BatchTransactions(batches.values().stream()
                .map(stored -> new BatchView(stored.bytes, 0))
                .toList());
    }

    private void checkEpochs() {
        List<BatchView> views = visible().values().stream()
                .map(stored -> new BatchView(stored.bytes, 0))
                .toList();
        for (int i = 0; i < views.size(); i++) {
            BatchView batch = views.get(i);
            boolean last = i + 1 == views.size();
            boolean epochEnds = last || views.get(i + 1).leaderEpoch() != batch.leaderEpoch();
            if (epochEnds && batch.nextOffset() > highestStart) {
                assertThat(log().endOfEpoch(batch.leaderEpoch()))
                        .isEqualTo(new EpochEnd(batch.leaderEpoch(), batch.nextOffset()));
            }
        }
        if (!views.isEmpty()) {
            assertThat(log().latestEpoch())
                    .isGreaterThanOrEqualTo(views.getLast().leaderEpoch());
        }
    }

    /// Every batch is found by its offset and by its time.
    private void checkLookups() {
        long end = log().logEndOffset();
        NavigableMap<Long, Stored> visible = visible();
        visible.forEach((base, stored) -> {
            long asked = Math.max(log().logStartOffset(), stored.lastOffset);
            Slice slice = log().read(asked, end, 1, true);
            assertThat(slice.baseOffset()).isEqualTo(base);
            slice.release();
        });
        if (!visible.isEmpty()) {
            long max = visible.values().stream()
                    .mapToLong(stored -> new BatchView(stored.bytes, 0).maxTimestamp())
                    .max()
                    .orElseThrow();
            assertThat(log().maxTimestamp(end).map(TimestampOffset::timestampMs))
                    .as("largest timestamp in %s, start %s, end %s", visible, log().logStartOffset(), end)
                    .hasValue(max);
            assertThat(log().offsetForTimestamp(max, end).map(TimestampOffset::timestampMs))
                    .as("first with timestamp %s in %s", max, visible)
                    .hasValue(max);
        }
    }

    /// Each producer sends its last batch again, as after a lost answer, and goes on from what the log has.
    private void adoptProducers() {
        Map<Long, ProducerSnapshot> known = new HashMap<>();
        log().activeProducers().forEach(producer -> known.put(producer.producerId(), producer));
        Map<Long, BatchView> last = lastBatches();
        long end = log().logEndOffset();
        producers.forEach((id, producer) -> {
            ProducerSnapshot snapshot = known.get(id);
            producer.nextSequence = snapshot == null ? 0 : snapshot.lastSequence() + 1;
            BatchView batch = last.get(id);
            if (batch != null) {
                Appended again = appendUnchecked(copy(batch.bytes()));
                assertThat(again.duplicate()).isTrue();
                assertThat(again.baseOffset()).isEqualTo(batch.baseOffset());
                assertThat(again.lastOffset()).isEqualTo(batch.lastOffset());
            }
        });
        assertThat(log().logEndOffset()).isEqualTo(end);
    }

    private long endOfBatches() {
        return batches.isEmpty() ? 0 : batches.lastEntry().getValue().lastOffset + 1;
    }

    private Appended appendUnchecked(ByteBuffer bytes) {
        try {
            return log().append(bytes, epoch, Origin.CLIENT);
        } catch (InvalidBatchException e) {
            throw new AssertionError(e);
        }
    }

    // ---- what is done to it

    /// One random deed.
    void anything() throws IOException {
        switch (random.nextInt(40)) {
            case 0 -> startEpoch();
            case 1 -> world.advance(Duration.ofMillis(random.nextInt(70_000)));
            case 2 -> truncate(random.nextLong(log().logStartOffset(), log().logEndOffset() + 1));
            case 3 -> advanceStart(random.nextLong(log().logStartOffset(), log().durableEndOffset() + 1));
            case 4 -> retain();
            case 5 -> directory().checkpoint();
            case 6 -> roll();
            case 7 -> {
                if (random.nextInt(4) == 0) {
                    truncateFully(log().logEndOffset() + random.nextInt(20));
                }
            }
            case 8 -> closeAndReopen();
            case 9, 10, 11, 12, 13, 14, 15 -> flush();
            case 16, 17, 18 -> world.settle();
            case 19, 20, 21, 22, 23 -> transaction();
            default -> append();
        }
    }

    void append() {
        List<ByteBuffer> parts = new ArrayList<>();
        Map<Long, Integer> sequences = new HashMap<>();
        int count = random.nextInt(4) == 0 ? 3 : 1;
        long producer = random.nextInt(3) == 0 ? BatchView.NO_PRODUCER_ID : random.nextInt(PRODUCERS);
        for (int i = 0; i < count; i++) {
            parts.add(batch(producer, sequences));
        }
        append(parts, sequences, Origin.CLIENT);
    }

    /// Begins, goes on with or ends a transaction.
    void transaction() {
        long id = FIRST_TRANSACTIONAL + random.nextInt(TRANSACTIONAL);
        Map<Long, Integer> sequences = new HashMap<>();
        if (transactions().isOpen(id) && random.nextBoolean()) {
            ByteBuffer marker = MadeBatches.marker(world.clock().wallMs(), id, (short) 0, random.nextBoolean());
            append(List.of(marker), sequences, Origin.COORDINATOR);
        } else {
            append(List.of(MadeBatches.transactional(batch(id, sequences))), sequences, Origin.CLIENT);
        }
    }

    private ByteBuffer batch(long id, Map<Long, Integer> sequences) {
        int records = 1 + random.nextInt(3);
        int bytes = random.nextInt(10) == 0 ? 250 : random.nextInt(120);
        long timestamp = world.clock().wallMs() - random.nextInt(1000);
        ByteBuffer plain = MadeBatches.plain(timestamp, "batch " + made++, records, bytes);
        if (id == BatchView.NO_PRODUCER_ID) {
            return plain;
        }
        Producer producer = java.util.Objects.requireNonNull(producers.get(id));
        int sequence = sequences.getOrDefault(id, producer.nextSequence);
        sequences.put(id, sequence + records);
        return MadeBatches.of(plain, id, (short) 0, sequence);
    }

    private void append(List<ByteBuffer> parts, Map<Long, Integer> sequences, Origin origin) {
        long base = log().logEndOffset();
        ByteBuffer together = MadeBatches.together(parts);
        // The log places the batches within the buffer; what they become is known before, for an append that fails
        // half-way.
        TreeMap<Long, Stored> placed = new TreeMap<>();
        long at = base;
        for (ByteBuffer part : parts) {
            ByteBuffer copy = copy(part);
            BatchView view = new BatchView(copy, 0);
            view.place(at, epoch);
            placed.put(at, new Stored(copy, view.lastOffset()));
            at = view.nextOffset();
        }
        boolean done = false;
        try {
            Appended appended = log().append(together, epoch, origin);
            assertThat(appended.duplicate()).isFalse();
            assertThat(appended.baseOffset()).isEqualTo(base);
            assertThat(appended.lastOffset()).isEqualTo(at - 1);
            assertThat(log().logEndOffset()).isEqualTo(at);
            done = true;
        } catch (InvalidBatchException e) {
            throw new AssertionError("a well-formed batch was refused", e);
        } finally {
            if (!done) {
                placed.forEach((offset, stored) ->
                        ghosts.computeIfAbsent(offset, _ -> new HashSet<>()).add(stored.bytes));
            }
        }
        batches.putAll(placed);
        sequences.forEach((id, next) -> java.util.Objects.requireNonNull(producers.get(id)).nextSequence = next);
    }

    void flush() {
        log().flush();
        durable = Math.max(durable, log().durableEndOffset());
        assertThat(durable).as("all is durable after a flush").isEqualTo(log().logEndOffset());
    }

    void startEpoch() {
        epoch++;
        log().startEpoch(epoch);
        assertThat(log().latestEpoch()).isEqualTo(epoch);
    }

    void roll() {
        world.clock().advanceMs(3_700_000);
        log().rollIfDue(world.clock().wallMs());
    }

    void truncate(long offset) {
        Map.Entry<Long, Stored> inside = batches.floorEntry(offset);
        truncatingTo = inside != null && inside.getValue().lastOffset >= offset ? inside.getKey() : offset;
        log().truncateTo(offset);
        long wholeBatches = truncatingTo;
        truncatingTo = -1;
        batches.entrySet().removeIf(entry -> entry.getValue().lastOffset >= offset);
        long end = log().logEndOffset();
        assertThat(end).isIn(wholeBatches, endOfBatches());
        durable = Math.min(durable, end);
        ghosts.clear();
        restarting = true;
        check();
    }

    void truncateFully(long offset) {
        truncatingTo = RESTARTED;
        log().truncateFullyAndStartAt(offset);
        truncatingTo = -1;
        batches.clear();
        ghosts.clear();
        durable = offset;
        start = offset;
        highestStart = 0;
        assertThat(log().logStartOffset()).isEqualTo(offset);
        assertThat(log().logEndOffset()).isEqualTo(offset);
        restarting = true;
        check();
    }

    void advanceStart(long offset) {
        start = Math.max(start, offset);
        log().advanceLogStart(offset);
        assertThat(log().logStartOffset()).isEqualTo(start);
    }

    void retain() {
        // Segments may go while the process dies: they are allowed to be gone before the log says so.
        long before = start;
        start = Math.max(start, log().durableEndOffset());
        log().applyRetention(world.clock().wallMs(), log().durableEndOffset());
        start = Math.max(before, log().logStartOffset());
        assertThat(start).isLessThanOrEqualTo(log().durableEndOffset());
    }

    void closeAndReopen() throws IOException {
        long end = log().logEndOffset();
        directory().close();
        if (!disk().isDead()) {
            durable = end;
            restart();
            open();
            assertThat(directory().wasCleanlyClosed()).isTrue();
            check();
        }
    }

    /// Does it, unless the disk is dead or dies by it.
    ///
    /// @return true if it was done
    boolean unlessItDies(Deed deed) throws IOException {
        try {
            deed.run();
            return !disk().isDead();
        } catch (IOException e) {
            if (!disk().isDead()) {
                throw e;
            }
        } catch (LogException e) {
            if (!disk().isDead()) {
                throw e;
            }
            assertThat(e.error()).isEqualTo(Errors.KAFKA_STORAGE_ERROR);
        }
        return false;
    }

    interface Deed {
        void run() throws IOException;
    }

    private static ByteBuffer copy(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    }
}
