package io.kurier.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.protocol.records.InvalidBatchException;
import io.kurier.protocol.records.LogRecord;
import io.kurier.testkit.SimDisk;
import io.kurier.testkit.SimWorld;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A partition that is appended to, deleted from and moved between three data directories, while the disk loses power
/// and the process is killed; checked against a model after each end.
final class MoveRun {
    private static final int LIVES = 6;
    private static final int STEPS = 80;
    private static final List<Path> PATHS = List.of(Path.of("/a"), Path.of("/b"), Path.of("/c"));

    private final SplittableRandom random;
    private final LogConfig config;
    private SimWorld sim;
    private List<LogDirectory> directories = List.of();
    private PartitionLog log;
    private @Nullable ReplicaMove move;
    private final List<ReplicaMove> finished = new ArrayList<>();

    /// What was appended, by offset; a record may be missing only from [#safeEnd] on.
    private final TreeMap<Long, String> model = new TreeMap<>();
    /// Everything below was said to be durable.
    private long safeEnd;
    /// The log starts here at least, and at [#maxStart] at most.
    private long safeStart;

    private long maxStart;
    private int values;
    int moves;

    @SuppressWarnings("NullAway.Init")
    MoveRun(long seed) {
        this.random = new SplittableRandom(seed);
        this.sim = SimWorld.shuffled(seed);
        this.config = LogConfig.defaults()
                .with(new LogConfig.Segments(random.nextInt(500, 3000), 3_600_000, 0, 1 << 20, random.nextInt(0, 400)))
                .with(new LogConfig.Retention(-1, -1, true, false, 10))
                .withDurability(random.nextInt(6) == 0 ? Durability.MEMORY : Durability.DISK);
    }

    void run() throws Exception {
        for (int life = 0; life < LIVES; life++) {
            start();
            check();
            boolean last = life == LIVES - 1;
            if (!last) {
                endLater();
            }
            live(last);
            if (!last && !sim.disk().isDead()) {
                if (random.nextInt(3) == 0) {
                    stop();
                } else if (random.nextBoolean()) {
                    sim.disk().powerLoss();
                } else {
                    sim.disk().killProcess();
                }
            }
        }
        ReplicaMove left = move;
        while (left != null && move != null) {
            moveOn();
        }
        sim.settle();
        check();
    }

    private void endLater() {
        long n = random.nextLong(1, 300);
        if (random.nextInt(3) == 0) {
            sim.disk().killAfterWrites(n);
        } else {
            sim.disk().crashAfterWrites(n);
        }
    }

    private void start() throws IOException {
        SimDisk disk = sim.disk();
        for (int tries = 0; ; tries++) {
            disk.reboot();
            sim = SimWorld.around(disk, random.nextLong());
            boolean armed = tries < 3 && random.nextInt(3) == 0;
            if (armed) {
                disk.crashAfterWrites(random.nextLong(1, 40));
            }
            try {
                open();
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

    private void open() throws IOException {
        move = null;
        finished.clear();
        List<LogDirectory> opened = new ArrayList<>();
        for (Path path : PATHS) {
            opened.add(ReplicaMoveTest.open(sim, path));
        }
        directories = opened;
        ReplicaMove.settle(directories);
        List<LogDirectory> places = directories.stream()
                .filter(directory -> directory.has(LogWorld.TOPIC))
                .toList();
        assertThat(places).as("a partition lies in one directory").hasSizeLessThan(2);
        if (safeEnd > 0) {
            assertThat(places).as("a partition does not disappear").hasSize(1);
        }
        LogDirectory place = places.isEmpty() ? directories.getFirst() : places.getFirst();
        use(place.open(LogWorld.TOPIC, LogWorld.ID, config));
        log.recover();
        for (LogDirectory target : directories) {
            if (!target.futures().isEmpty()) {
                ReplicaMove unfinished = new ReplicaMove(log, target);
                if (move != null || random.nextInt(4) == 0) {
                    unfinished.abandon();
                } else {
                    move = unfinished;
                }
            }
        }
    }

    private void use(PartitionLog used) {
        log = used;
        SimDisk disk = sim.disk();
        used.onDurable(durable -> {
            if (!disk.isDead() && log == used) {
                safeEnd = Math.max(safeEnd, durable);
            }
        });
    }

    private void live(boolean calm) throws Exception {
        try {
            int steps = random.nextInt(STEPS);
            for (int i = 0; i < steps; i++) {
                step();
            }
            if (calm) {
                sim.settle();
            }
        } catch (IOException | LogException e) {
            if (!sim.disk().isDead()) {
                throw e;
            }
        }
    }

    private void stop() {
        sim.settle();
        directories.forEach(LogDirectory::close);
        if (!sim.disk().isDead()) {
            safeEnd = Math.max(safeEnd, log.logEndOffset());
        }
    }

    private void step() throws Exception {
        switch (random.nextInt(16)) {
            case 0, 1, 2, 3, 4 -> append();
            case 5 -> sim.threads().runOne();
            case 6 -> sim.settle();
            case 7 -> log.rollIfDue(random.nextInt(3) == 0 ? Long.MAX_VALUE / 2 : 0);
            case 8 -> log.applyRetention(sim.clock().wallMs(), log.logEndOffset());
            case 9 -> deleteRecords();
            case 10 -> log.directory().checkpoint();
            case 11 -> beginOrAbandon();
            default -> moveOn();
        }
    }

    private void append() throws InvalidBatchException {
        String[] batch = new String[random.nextInt(1, 5)];
        for (int i = 0; i < batch.length; i++) {
            batch[i] = "value-" + values++ + "-" + "x".repeat(random.nextInt(60));
        }
        long base = log.logEndOffset();
        model.tailMap(base).clear();
        for (int i = 0; i < batch.length; i++) {
            model.put(base + i, batch[i]);
        }
        log.append(TestBatch.of(batch).build(), random.nextInt(5) == 0 ? values : log.latestEpoch(), Origin.CLIENT);
    }

    private void deleteRecords() {
        long durable = log.durableEndOffset();
        long start = log.logStartOffset();
        if (durable > start) {
            long below = random.nextLong(start, durable + 1);
            maxStart = Math.max(maxStart, below);
            log.advanceLogStart(below);
            log.directory().checkpointDurably();
            safeStart = Math.max(safeStart, below);
        }
    }

    private void beginOrAbandon() throws IOException {
        ReplicaMove now = move;
        if (now == null) {
            finished.forEach(ReplicaMove::deleteOld);
            finished.clear();
            LogDirectory target = directories.get(random.nextInt(directories.size()));
            if (target != log.directory()) {
                move = new ReplicaMove(log, target);
            }
        } else if (random.nextInt(6) == 0) {
            now.abandon();
            move = null;
        }
    }

    private void moveOn() throws InvalidBatchException {
        ReplicaMove now = move;
        if (now != null && now.copy(random.nextInt(1, 2000)) == 0) {
            now.prepare();
            switch (random.nextInt(4)) { // what other threads do before appends wait
                case 0 -> append();
                case 1 -> {
                    append();
                    log.flush();
                }
                case 2 -> deleteRecords();
                default -> {}
            }
            now.finish(moved -> {
                use(moved);
                move = null;
                finished.add(now);
                if (!sim.disk().isDead()) {
                    safeEnd = Math.max(safeEnd, moved.durableEndOffset());
                    moves++;
                }
            });
        }
    }

    private void check() {
        long start = log.logStartOffset();
        long end = log.logEndOffset();
        assertThat(end).as("the log's end").isGreaterThanOrEqualTo(safeEnd);
        assertThat(start).as("the log's start").isBetween(safeStart, maxStart);
        model.tailMap(end).clear();
        safeEnd = Math.max(safeEnd, log.durableEndOffset());
        List<LogRecord> records = LogWorld.around(sim, log.directory(), log).records(start);
        assertThat(records.stream().map(LogRecord::offset).toList())
                .isEqualTo(List.copyOf(model.tailMap(start).keySet()));
        assertThat(records.stream().map(LogWorld::value).toList())
                .isEqualTo(List.copyOf(model.tailMap(start).values()));
        if (end > start) {
            assertThat(log.epochAt(end - 1)).isEqualTo(log.latestEpoch());
        }
    }
}
