package io.kurier.log.cleaner;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.log.AbortedTransaction;
import io.kurier.log.LogCompaction;
import io.kurier.log.LogConfig;
import io.kurier.log.LogDirectory;
import io.kurier.log.LogException;
import io.kurier.log.LogWorld;
import io.kurier.log.Origin;
import io.kurier.log.PartitionLog;
import io.kurier.log.Slice;
import io.kurier.log.TestBatch;
import io.kurier.log.cleaner.History.Ended;
import io.kurier.log.cleaner.History.Written;
import io.kurier.log.producer.EndMarker;
import io.kurier.log.producer.ProducerSnapshot;
import io.kurier.protocol.records.BatchView;
import io.kurier.protocol.records.InvalidBatchException;
import io.kurier.protocol.records.LogRecord;
import io.kurier.protocol.records.RecordIterator;
import io.kurier.testkit.SimDisk;
import io.kurier.testkit.SimWorld;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.CompressionType;
import org.jspecify.annotations.Nullable;

/// One life of a compacted log, with crashes, checked against its whole history after each of them.
final class CompactionRun {
    private static final int LIVES = 5;
    private static final int STEPS = 120;
    private static final int KEYS = 12;
    private static final List<CompressionType> CODECS = List.of(
            CompressionType.NONE,
            CompressionType.NONE,
            CompressionType.NONE,
            CompressionType.LZ4,
            CompressionType.GZIP,
            CompressionType.ZSTD,
            CompressionType.SNAPPY);

    private final SplittableRandom random;
    private final LogConfig config;
    private final CleaningPass.Settings settings;
    private final History history = new History();
    private final Map<Long, Integer> sequences = new HashMap<>();
    private SimWorld sim;
    private LogDirectory directory;
    private PartitionLog log;
    private @Nullable LogCompaction compaction;
    /// What is compacted may have become the newest segment by a cut: then the pass may end.
    private boolean cutMeanwhile;
    private long highWatermark;
    private long producers = 100;
    private int values;
    int passes;

    @SuppressWarnings("NullAway.Init")
    CompactionRun(long seed) {
        this.random = new SplittableRandom(seed);
        this.sim = SimWorld.shuffled(seed);
        long retentionMs = random.nextInt(3) == 0 ? 0 : random.nextInt(1, 300);
        this.config = LogConfig.defaults()
                .with(new LogConfig.Segments(random.nextInt(300, 3000), 3_600_000, 0, 1 << 20, random.nextInt(0, 400)))
                .with(new LogConfig.Retention(-1, -1, false, true, 10))
                .with(new LogConfig.Compaction(0, Long.MAX_VALUE, 0, retentionMs));
        long mapBytes = random.nextInt(3) == 0 ? random.nextInt(100, 2000) : 1 << 20;
        this.settings = new CleaningPass.Settings(mapBytes, 0.9, new KeyHash(random.nextLong(), random.nextLong()));
    }

    void run() throws Exception {
        for (int life = 0; life < LIVES; life++) {
            start();
            forgetLost();
            check();
            commitDurable();
            while (random.nextInt(4) > 0 && !history.open().isEmpty()) {
                endTransaction();
            }
            boolean last = life == LIVES - 1;
            if (!last) {
                endLater();
            }
            live();
            if (last) {
                compactAll();
                check();
                compactAll();
                check();
            } else if (!sim.disk().isDead()) {
                end();
            }
            giveUp();
        }
    }

    private void endLater() {
        long n = random.nextLong(1, 400);
        if (random.nextInt(3) == 0) {
            sim.disk().killAfterWrites(n);
        } else {
            sim.disk().crashAfterWrites(n);
        }
    }

    private void end() {
        switch (random.nextInt(3)) {
            case 0 -> {
                sim.settle();
                giveUp();
                directory.close();
            }
            case 1 -> sim.disk().powerLoss();
            default -> sim.disk().killProcess();
        }
    }

    /// Recovery itself may be ended at any point.
    private void start() throws IOException {
        SimDisk disk = sim.disk();
        long nowMs = sim.clock().wallMs();
        for (int tries = 0; ; tries++) {
            disk.reboot();
            sim = SimWorld.around(disk, random.nextLong());
            sim.clock().advance(Duration.ofMillis(nowMs - sim.clock().wallMs()));
            boolean armed = tries < 3 && random.nextInt(3) == 0;
            if (armed) {
                disk.crashAfterWrites(random.nextLong(1, 30));
            }
            try {
                directory = LogDirectory.open(sim.world(), LogWorld.DATA, LogWorld.SETTINGS);
                log = directory.open(LogWorld.TOPIC, LogWorld.ID, config);
                log.recover();
                if (armed) {
                    disk.killProcess();
                    continue;
                }
                return;
            } catch (IOException | LogException e) {
                if (!disk.isDead()) {
                    throw e;
                }
            }
        }
    }

    // ---- living

    private void live() throws Exception {
        try {
            int steps = random.nextInt(STEPS);
            for (int i = 0; i < steps; i++) {
                step();
            }
        } catch (LogException e) {
            if (!sim.disk().isDead()) {
                throw e;
            }
        }
    }

    private void step() throws InvalidBatchException {
        switch (random.nextInt(20)) {
            case 0, 1, 2 -> append(-1, false);
            case 3, 4 -> append(random.nextLong(producers, producers + 3), false);
            case 5, 6 -> append(random.nextLong(producers + 10, producers + 13), true);
            case 7, 8, 9 -> endTransaction();
            case 10 -> log.rollIfDue(Long.MAX_VALUE / 2);
            case 11, 12 -> settle();
            case 13 -> directory.checkpoint();
            case 14 -> sim.advance(Duration.ofMillis(random.nextInt(200)));
            case 15 -> truncate();
            case 16 -> compactAll();
            default -> compactSome();
        }
    }

    private void settle() {
        sim.settle();
        long durable = log.durableEndOffset();
        if (!sim.disk().isDead() && durable > highWatermark && random.nextInt(3) > 0) {
            commitDurable();
        }
    }

    private void commitDurable() {
        highWatermark = Math.max(highWatermark, log.durableEndOffset());
        log.setHighWatermark(highWatermark);
    }

    private void append(long producerId, boolean transactional) throws InvalidBatchException {
        if (!transactional && producerId >= 0 && history.open().containsKey(producerId)) {
            return;
        }
        KeyedBatch batch = new KeyedBatch(sim.clock().wallMs());
        int count = random.nextInt(1, 5);
        for (int i = 0; i < count; i++) {
            String value = random.nextInt(4) == 0 ? null : "v" + values++ + "x".repeat(random.nextInt(40));
            batch.with("k" + random.nextInt(KEYS), value);
        }
        batch.compressed(
                Compression.of(CODECS.get(random.nextInt(CODECS.size()))).build());
        int sequence = -1;
        if (producerId >= 0) {
            sequence = sequences.getOrDefault(producerId, 0);
            batch.by(producerId, sequence);
            sequences.put(producerId, sequence + count);
        }
        if (transactional) {
            batch.inTransaction();
        }
        List<Written> written = new ArrayList<>();
        for (KeyedBatch.Entry entry : batch.entries()) {
            written.add(new Written(
                    String.valueOf(entry.key()),
                    entry.value(),
                    producerId,
                    sequence < 0 ? -1 : sequence++,
                    transactional,
                    sim.clock().wallMs()));
        }
        history.add(log.logEndOffset(), written);
        log.append(batch.build(), Math.max(0, log.latestEpoch()), Origin.CLIENT);
    }

    private void endTransaction() throws InvalidBatchException {
        List<Long> open = history.open().keySet().stream().sorted().toList();
        if (open.isEmpty()) {
            return;
        }
        long producerId = open.get(random.nextInt(open.size()));
        boolean commit = random.nextBoolean();
        history.add(log.logEndOffset(), List.of(new Ended(producerId, commit)));
        log.append(TestBatch.marker(producerId, 0, commit, 0), Math.max(0, log.latestEpoch()), Origin.COORDINATOR);
    }

    private void truncate() {
        if (random.nextInt(3) == 0 && log.logEndOffset() > log.durableEndOffset()) {
            commitDurable();
            log.truncateTo(random.nextLong(Math.max(highWatermark, log.logStartOffset()), log.logEndOffset() + 1));
            cutMeanwhile = true;
            highWatermark = Math.min(highWatermark, log.logEndOffset());
            history.cutAt(log.logEndOffset());
            forgetSequences();
        }
    }

    /// Other producers take over.
    private void forgetSequences() {
        producers += 20;
        sequences.clear();
    }

    // ---- compacting

    private void compactSome() {
        LogCompaction now = compaction;
        if (now == null) {
            CleanRange range =
                    LogCompaction.range(log, highWatermark, sim.clock().wallMs());
            now = new LogCompaction(log, range, settings, sim.clock().wallMs());
            compaction = now;
            cutMeanwhile = false;
        }
        try {
            int steps = random.nextInt(1, 6);
            for (int i = 0; i < steps; i++) {
                if (now.step(random.nextInt(1, 3000)) == 0) {
                    giveUp();
                    passes++;
                    return;
                }
            }
        } catch (LogException e) {
            giveUp();
            if (!cutMeanwhile || e.error() != Errors.OPERATION_NOT_ATTEMPTED) {
                throw e;
            }
        }
    }

    private void compactAll() {
        giveUp();
        do {
            compactSome();
        } while (compaction != null);
    }

    private void giveUp() {
        LogCompaction now = compaction;
        compaction = null;
        if (now != null) {
            try {
                now.close();
            } catch (LogException e) {
                assertThat(sim.disk().isDead()).isTrue();
            }
        }
    }

    // ---- checking

    /// What was not committed may be lost, and a compacted log may go on behind the gap.
    private void forgetLost() {
        Set<Long> there = new HashSet<>();
        batches().forEach(batch -> records(batch).forEach(record -> there.add(record.offset())));
        history.keep(highWatermark, there);
    }

    private void check() {
        long end = log.logEndOffset();
        assertThat(end).as("nothing committed is lost").isGreaterThanOrEqualTo(highWatermark);
        history.cutAt(end);
        forgetSequences();
        Map<Long, Long> open = history.open();
        long stable = open.values().stream().min(Comparator.naturalOrder()).orElse(end);
        assertThat(log.lastStableOffset(end)).as("last stable offset").isEqualTo(stable);
        checkProducers(open);
        List<BatchView> batches = batches();
        checkRecords(batches);
        Set<Long> expected = history.committed(stable);
        Set<Long> seen = visible(batches, 0, stable);
        assertThat(expected).as("only committed records are seen").containsAll(seen);
        assertThat(history.table(seen)).as("the newest values").isEqualTo(history.table(expected));
        checkTombstones(expected, seen);
        long from = end == 0 ? 0 : random.nextLong(end);
        assertThat(expected).as("committed records from %s on", from).containsAll(visible(batches, from, stable));
    }

    private void checkProducers(Map<Long, Long> open) {
        Map<Long, Integer> last = new HashMap<>();
        Map<Long, Long> firsts = new HashMap<>();
        for (ProducerSnapshot producer : log.activeProducers()) {
            if (producer.lastSequence() >= 0) {
                last.put(producer.producerId(), producer.lastSequence());
            }
            if (producer.currentTxnFirstOffset() >= 0) {
                firsts.put(producer.producerId(), producer.currentTxnFirstOffset());
            }
        }
        assertThat(last).as("last sequences").isEqualTo(history.lastSequences());
        assertThat(firsts).as("open transactions").isEqualTo(open);
    }

    private List<BatchView> batches() {
        List<BatchView> all = new ArrayList<>();
        long next = log.logStartOffset();
        assertThat(next).as("the log's start").isZero();
        while (next < log.logEndOffset()) {
            Slice slice = log.read(next, log.logEndOffset(), random.nextInt(1, 2000), true);
            if (slice.isEmpty()) {
                assertThat(history.isEmpty(next, highWatermark))
                        .as("nothing committed behind %s", next)
                        .isTrue();
                break;
            }
            long behind = slice.nextOffset();
            for (BatchView batch : LogWorld.batches(slice.bytes())) {
                assertThat(batch.checksumFits()).isTrue();
                if (!all.isEmpty()) {
                    assertThat(batch.baseOffset())
                            .isGreaterThanOrEqualTo(all.getLast().nextOffset());
                }
                all.add(batch);
            }
            next = behind;
        }
        return all;
    }

    private void checkRecords(List<BatchView> batches) {
        for (BatchView batch : batches) {
            for (LogRecord record : records(batch)) {
                History.Event event = history.at(record.offset());
                if (batch.isControl()) {
                    assertThat(event)
                            .isEqualTo(new Ended(
                                    batch.producerId(),
                                    EndMarker.of(batch).orElseThrow().commit()));
                } else {
                    assertThat(event).isInstanceOf(Written.class);
                    Written written = (Written) event;
                    assertThat(text(record.key())).isEqualTo(written.key());
                    assertThat(text(record.value())).isEqualTo(written.value());
                    assertThat(batch.isTransactional()).isEqualTo(written.transactional());
                    assertThat(record.timestampMs() - written.writtenMs()).isBetween(0L, 4L);
                    assertThat(record.timestampMs()).isLessThanOrEqualTo(batch.maxTimestamp());
                }
            }
        }
    }

    /// What a reader of committed records sees, as Kafka's consumer finds it out.
    private Set<Long> visible(List<BatchView> batches, long from, long stable) {
        List<AbortedTransaction> aborted = new ArrayList<>(log.abortedTransactions(from, stable));
        aborted.sort(Comparator.comparingLong(AbortedTransaction::firstOffset));
        Set<Long> abortedNow = new HashSet<>();
        Set<Long> seen = new HashSet<>();
        int next = 0;
        for (BatchView batch : batches) {
            if (batch.lastOffset() < from || batch.baseOffset() >= stable) {
                continue;
            }
            while (next < aborted.size() && aborted.get(next).firstOffset() <= batch.lastOffset()) {
                abortedNow.add(aborted.get(next++).producerId());
            }
            if (batch.isControl()) {
                EndMarker.of(batch)
                        .filter(marker -> !marker.commit())
                        .ifPresent(_ -> abortedNow.remove(batch.producerId()));
            } else if (!batch.isTransactional() || !abortedNow.contains(batch.producerId())) {
                records(batch).forEach(record -> seen.add(record.offset()));
            }
        }
        return seen;
    }

    /// A tombstone stays for `delete.retention.ms` at least.
    private void checkTombstones(Set<Long> expected, Set<Long> seen) {
        history.newest(expected).forEach((key, offset) -> {
            if (history.at(offset) instanceof Written written
                    && written.value() == null
                    && sim.clock().wallMs() - written.writtenMs()
                            < config.compaction().deleteRetentionMs()) {
                assertThat(seen).as("the tombstone of %s", key).contains(offset);
            }
        });
    }

    private static List<LogRecord> records(BatchView batch) {
        List<LogRecord> records = new ArrayList<>();
        try (RecordIterator in = RecordIterator.of(batch)) {
            in.forEachRemaining(records::add);
        }
        return records;
    }

    private static @Nullable String text(@Nullable ByteBuffer bytes) {
        return bytes == null
                ? null
                : StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }
}
