package io.kurier.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.protocol.records.InvalidBatchException;
import io.kurier.protocol.records.LogRecord;
import io.kurier.testkit.SimDisk;
import io.kurier.testkit.SimWorld;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// One life of a log, with crashes, checked against a model after each of them.
final class PowerLossRun {
    private static final int LIVES = 6;
    private static final int STEPS = 60;
    private static final int MAX_IN_FLIGHT = 5;

    private final SplittableRandom random;
    private final LogConfig config;
    private SimWorld sim;
    private LogDirectory directory;
    private PartitionLog log;

    /// What was appended, by offset; a record may be missing from the log only from [#safeEnd] on.
    private final TreeMap<Long, String> model = new TreeMap<>();
    /// Everything below was said to be durable.
    private long safeEnd;
    /// The log's start may have moved up to here.
    private long maxStart;
    private int plain;

    private long producerId = 100;
    private int sequence;
    private final Deque<Sent> unacknowledged = new ArrayDeque<>();

    /// A batch of the idempotent producer that it had no answer for.
    private record Sent(TestBatch batch, long baseOffset) {}

    @SuppressWarnings("NullAway.Init")
    PowerLossRun(long seed) {
        this.random = new SplittableRandom(seed);
        this.sim = SimWorld.shuffled(seed);
        LogConfig defaults = LogConfig.defaults();
        this.config = defaults.with(new LogConfig.Segments(
                        random.nextInt(300, 4000), 3_600_000, 0, 1 << 20, random.nextInt(0, 400)))
                .with(new LogConfig.Retention(
                        -1, random.nextBoolean() ? -1 : random.nextInt(3000, 9000), true, false, 10))
                .withDurability(random.nextInt(6) == 0 ? Durability.MEMORY : Durability.DISK);
    }

    void run() throws Exception {
        for (int life = 0; life < LIVES; life++) {
            startAndRecover();
            check();
            retry();
            boolean ends = life == LIVES - 1;
            if (!ends) {
                crashLater();
            }
            boolean stopped = live(ends);
            if (!ends && !stopped) {
                if (!sim.disk().isDead()) {
                    loseOrKill();
                }
                died();
            }
        }
        sim.settle();
        check();
    }

    private void crashLater() {
        long n = random.nextLong(1, 250);
        if (random.nextInt(4) == 0) {
            sim.disk().killAfterWrites(n);
        } else {
            sim.disk().crashAfterWrites(n);
        }
    }

    private void loseOrKill() {
        if (random.nextBoolean()) {
            sim.disk().powerLoss();
        } else {
            sim.disk().killProcess();
        }
    }

    private void died() {
        safeEnd = Math.max(safeEnd, durableBeforeDeath);
    }

    private long durableBeforeDeath;

    /// Recovery itself may be ended at any point.
    private void startAndRecover() throws IOException {
        SimDisk disk = sim.disk();
        for (int tries = 0; ; tries++) {
            disk.reboot();
            sim = SimWorld.around(disk, random.nextLong());
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
                log.onDurable(durable -> {
                    if (!disk.isDead()) {
                        durableBeforeDeath = durable;
                        acknowledge(durable);
                    }
                });
                return;
            } catch (IOException | LogException e) {
                if (!disk.isDead()) {
                    throw e;
                }
            }
        }
    }

    private void acknowledge(long durable) {
        while (!unacknowledged.isEmpty()
                && end(unacknowledged.peek()) <= durable
                && unacknowledged.peek().baseOffset >= 0) {
            unacknowledged.remove();
        }
    }

    private static long end(Sent sent) {
        return sent.baseOffset + sent.batch.values().size();
    }

    // ---- living

    /// True if it ended by a clean stop.
    private boolean live(boolean calm) throws Exception {
        try {
            int steps = random.nextInt(STEPS);
            for (int i = 0; i < steps; i++) {
                step();
            }
            if (calm || random.nextInt(3) == 0) {
                durableBeforeDeath = log.logEndOffset();
                if (calm) {
                    sim.settle();
                    return false;
                }
                directory.close();
                if (!sim.disk().isDead()) {
                    safeEnd = durableBeforeDeath;
                    return true;
                }
                durableBeforeDeath = safeEnd;
            }
        } catch (IOException | LogException e) {
            if (!sim.disk().isDead()) {
                throw e;
            }
        }
        return false;
    }

    private void step() throws Exception {
        switch (random.nextInt(16)) {
            case 0, 1, 2, 3 -> appendPlain();
            case 4, 5, 6, 7, 8 -> appendIdempotent();
            case 9, 10 -> sim.threads().runOne();
            case 11 -> sim.settle();
            case 12 ->
                log.rollIfDue(
                        random.nextInt(3) == 0
                                ? Long.MAX_VALUE / 2
                                : sim.clock().wallMs());
            case 13 -> retain();
            case 14 -> {
                if (random.nextInt(4) == 0) {
                    truncate();
                } else {
                    directory.checkpoint();
                }
            }
            default -> {
                sim.advance(java.time.Duration.ofMillis(random.nextInt(20)));
                log.requestFlush();
            }
        }
        safeEnd = Math.max(safeEnd, durableBeforeDeath);
    }

    private void appendPlain() throws InvalidBatchException {
        String[] values = new String[random.nextInt(1, 4)];
        for (int i = 0; i < values.length; i++) {
            values[i] = "plain-" + plain++ + "-" + "x".repeat(random.nextInt(60));
        }
        long base = log.logEndOffset();
        remember(base, List.of(values));
        log.append(
                TestBatch.of(values).build(),
                random.nextInt(4) == 0 ? plain : Math.max(log.latestEpoch(), 0),
                Origin.CLIENT);
    }

    private void appendIdempotent() throws InvalidBatchException {
        if (unacknowledged.size() == MAX_IN_FLIGHT) {
            return;
        }
        String[] values = new String[random.nextInt(1, 4)];
        for (int i = 0; i < values.length; i++) {
            values[i] = "once-" + producerId + "-" + (sequence + i);
        }
        TestBatch batch = TestBatch.of(values).by(producerId, 0, sequence);
        sequence += values.length;
        unacknowledged.add(new Sent(batch, -1));
        long base = log.logEndOffset();
        remember(base, List.of(values));
        Appended appended = log.append(batch.build(), Math.max(log.latestEpoch(), 0), Origin.CLIENT);
        assertThat(appended.duplicate()).isFalse();
        unacknowledged.removeLast();
        unacknowledged.add(new Sent(batch, appended.baseOffset()));
    }

    private void remember(long base, List<String> values) {
        model.tailMap(base).clear();
        for (int i = 0; i < values.size(); i++) {
            model.put(base + i, values.get(i));
        }
    }

    /// Sends again what it had no answer for, as a producer does after a crash.
    private void retry() throws InvalidBatchException {
        List<Sent> again = new ArrayList<>(unacknowledged);
        unacknowledged.clear();
        for (Sent sent : again) {
            long end = log.logEndOffset();
            Appended appended = log.append(sent.batch.build(), Math.max(log.latestEpoch(), 0), Origin.CLIENT);
            if (appended.duplicate()) {
                assertThat(model.get(appended.baseOffset()))
                        .as("a duplicate is answered with its true offset")
                        .isEqualTo(sent.batch.values().getFirst());
            } else {
                assertThat(appended.baseOffset()).isEqualTo(end);
                remember(end, sent.batch.values());
            }
            unacknowledged.add(new Sent(sent.batch, appended.baseOffset()));
        }
        acknowledge(log.durableEndOffset());
    }

    private void retain() {
        long start = log.logStartOffset();
        if (random.nextBoolean() && log.durableEndOffset() > start) {
            maxStart = Math.max(maxStart, random.nextLong(start, log.durableEndOffset()));
            log.advanceLogStart(maxStart < start ? start : Math.min(maxStart, log.durableEndOffset()));
        }
        maxStart = Math.max(maxStart, log.durableEndOffset());
        log.applyRetention(sim.clock().wallMs(), log.durableEndOffset());
        maxStart = log.logStartOffset();
    }

    private void truncate() {
        long offset = random.nextLong(log.logStartOffset(), log.logEndOffset() + 1);
        long before = Math.max(safeEnd, durableBeforeDeath);
        safeEnd = Math.min(before, batchStart(offset));
        durableBeforeDeath = safeEnd;
        // What an idempotent producer knows is void with its records: another one takes over.
        producerId++;
        sequence = 0;
        unacknowledged.clear();
        log.truncateTo(offset);
        assertThat(log.logEndOffset()).isLessThanOrEqualTo(Math.max(offset, log.logStartOffset()));
        model.tailMap(log.logEndOffset()).clear();
        safeEnd = Math.min(before, log.logEndOffset());
        durableBeforeDeath = safeEnd;
    }

    private long batchStart(long offset) {
        return Math.max(0, offset - 3);
    }

    // ---- checking

    private void check() throws IOException {
        long start = log.logStartOffset();
        long end = log.logEndOffset();
        assertThat(end).as("nothing durable is lost").isGreaterThanOrEqualTo(safeEnd);
        assertThat(start).as("the log starts where it may").isLessThanOrEqualTo(maxStart);
        assertThat(log.durableEndOffset()).isLessThanOrEqualTo(end);
        LogWorld reader = LogWorld.around(sim, directory, log);
        Set<String> seen = new HashSet<>();
        long expected = start;
        for (LogRecord record : reader.records(start)) {
            String value = LogWorld.value(record);
            assertThat(record.offset()).as("order").isEqualTo(expected++);
            assertThat(value).as("offset %s", record.offset()).isEqualTo(model.get(record.offset()));
            assertThat(seen.add(value)).as("%s is there once", value).isTrue();
        }
        assertThat(expected).as("no hole").isEqualTo(end);
        model.tailMap(end).clear();
        safeEnd = Math.min(end, log.durableEndOffset());
        durableBeforeDeath = safeEnd;
        maxStart = Math.max(maxStart, start);
    }
}
