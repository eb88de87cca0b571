package io.kurier.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.log.file.MoveMark;
import io.kurier.log.producer.ProducerSnapshot;
import io.kurier.protocol.records.BatchView;
import io.kurier.protocol.records.LogRecord;
import io.kurier.testkit.Seeds;
import io.kurier.testkit.SimDisk;
import io.kurier.testkit.SimWorld;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// A partition moves from one data directory to another while it is in use.
class ReplicaMoveTest {
    private static final Path OLD = Path.of("/old");
    private static final Path NEW = Path.of("/new");
    private static final LogConfig SMALL =
            LogConfig.defaults().withSegmentBytes(600).with(new LogConfig.Retention(-1, -1, true, false, 0));

    private SimWorld sim = SimWorld.inOrder(1);
    private LogDirectory from;
    private LogDirectory to;
    private PartitionLog log;
    private boolean taken;

    private void start() throws IOException {
        from = open(sim, OLD);
        to = open(sim, NEW);
        ReplicaMove.settle(List.of(from, to));
        LogDirectory place = to.has(LogWorld.TOPIC) ? to : from;
        log = place.open(LogWorld.TOPIC, LogWorld.ID, SMALL);
        log.recover();
    }

    /// A directory that has an identity, as those of a node have.
    static LogDirectory open(SimWorld sim, Path path) throws IOException {
        LogDirectory directory = LogDirectory.open(sim.world(), path, LogWorld.SETTINGS);
        if (directory.metaProperties().isEmpty()) {
            directory.writeMetaProperties(new MetaProperties("cluster", 1, directory.directoryId()));
        }
        return directory;
    }

    private LogWorld world() {
        return LogWorld.around(sim, log.directory(), log);
    }

    private List<String> fill(int batches) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < batches; i++) {
            long at = log.logEndOffset();
            values.addAll(List.of("first-" + at, "second-" + at, "third-" + at));
            world().append("first-" + at, "second-" + at, "third-" + at);
        }
        return values;
    }

    private ReplicaMove copied() throws IOException {
        ReplicaMove move = new ReplicaMove(log, to);
        while (move.copy(500) > 0) {
            sim.settle();
        }
        return move;
    }

    private void finish(ReplicaMove move) {
        move.prepare();
        move.finish(moved -> {
            log = moved;
            taken = true;
        });
    }

    @Test
    void allOfItMovesAndGoesOn() throws Exception {
        start();
        List<String> values = fill(20);
        log.append(TestBatch.of("once").by(7, 0, 0).build(), 3, Origin.CLIENT);
        values.add("once");
        ReplicaMove move = copied();
        log.append(TestBatch.of("while it copies").build(), 3, Origin.CLIENT);
        values.add("while it copies");
        log.startEpoch(5);
        List<ProducerSnapshot> producers = log.activeProducers();
        long end = log.logEndOffset();

        PartitionLog old = log;
        finish(move);
        assertThat(log.directory()).isSameAs(to);
        assertThat(log.durableEndOffset()).isEqualTo(end);
        assertThat(world().values(0)).isEqualTo(values);
        assertThat(log.endOfEpoch(3)).isEqualTo(old.endOfEpoch(3));
        assertThat(log.latestEpoch()).isEqualTo(5);
        assertThat(log.activeProducers()).usingRecursiveComparison().isEqualTo(producers);
        assertThatThrownBy(() -> LogWorld.around(sim, from, old).append("late")).isInstanceOf(LogException.class);
        assertThat(LogWorld.around(sim, from, old).values(0))
                .as("who reads the old one can finish")
                .isEqualTo(values);

        Appended again = world().append(TestBatch.of("once").by(7, 0, 0));
        assertThat(again.duplicate()).isTrue();
        log.append(TestBatch.of("afterwards").build(), 5, Origin.CLIENT);
        values.add("afterwards");
        assertThat(world().values(0)).isEqualTo(values);
        move.deleteOld();
        sim.advance(Duration.ofSeconds(1));
        assertThat(sim.disk().list(OLD)).noneMatch(path -> path.toString().contains("topic-0"));
        assertThat(sim.disk().list(NEW)).contains(NEW.resolve("topic-0"));
        sim.settle();
        from.close();
        to.close();
        sim = SimWorld.around(sim.disk(), 2);
        start();
        assertThat(log.directory()).isSameAs(to);
        assertThat(world().values(0)).isEqualTo(values);
        assertThat(log.endOfEpoch(3).endOffset()).isEqualTo(62);
    }

    @Test
    void itStartsWhereTheOldOneDidAlsoInsideABatch() throws Exception {
        start();
        List<String> values = fill(20);
        sim.settle();
        log.advanceLogStart(31);
        log.applyRetention(0, log.logEndOffset());
        ReplicaMove move = copied();
        log.advanceLogStart(35); // while it copies
        finish(move);
        assertThat(log.logStartOffset()).isEqualTo(35);
        assertThat(world().values(35)).isEqualTo(values.subList(35, 60));
        assertThatThrownBy(() -> log.read(34, 60, 1000, true)).isInstanceOf(OffsetOutOfRangeException.class);
        sim.disk().powerLoss();
        sim.restart();
        start();
        assertThat(log.directory()).isSameAs(to);
        assertThat(log.logStartOffset()).isEqualTo(35);
        assertThat(world().values(35)).isEqualTo(values.subList(35, 60));
    }

    @Test
    void anEmptyPartitionKeepsItsOffsets() throws Exception {
        start();
        fill(4);
        sim.settle();
        log.truncateFullyAndStartAt(12);
        log.advanceLogStart(12);
        finish(copied());
        assertThat(log.logStartOffset()).isEqualTo(12);
        assertThat(world().append("next").baseOffset()).isEqualTo(12);
    }

    @Test
    void gapsThatCompactionMadeStay() throws Exception {
        start();
        LogConfig compacted = SMALL.with(new LogConfig.Retention(-1, -1, false, true, 0));
        log.updateConfig(compacted);
        for (int i = 0; i < 20; i++) {
            ByteBuffer batch = TestBatch.of("only " + i).build();
            new BatchView(batch, 0).place(10L * i, 0);
            log.append(batch, 0, Origin.REPLICA);
        }
        sim.settle();
        log.updateConfig(SMALL); // such a topic may be made an ordinary one
        int segments = sim.disk().list(OLD.resolve("topic-0")).size();
        finish(copied());
        List<Long> offsets = world().records(0).stream().map(LogRecord::offset).toList();
        assertThat(offsets).hasSize(20).startsWith(0L, 10L).endsWith(190L);
        assertThat(sim.disk().list(NEW.resolve("topic-0")).size()).isLessThan(segments + 10);
        sim.disk().powerLoss();
        sim.restart();
        start();
        assertThat(world().records(0).stream().map(LogRecord::offset).toList()).isEqualTo(offsets);
        assertThat(log.logEndOffset()).isEqualTo(191);
    }

    @Test
    void aCopyThatFellBehindTheStartBeginsAnew() throws Exception {
        start();
        List<String> values = fill(30);
        sim.settle();
        ReplicaMove move = new ReplicaMove(log, to);
        move.copy(500);
        log.advanceLogStart(60);
        log.applyRetention(0, log.logEndOffset());
        while (move.copy(500) > 0) {
            sim.settle();
        }
        finish(move);
        assertThat(log.logStartOffset()).isEqualTo(60);
        assertThat(world().values(60)).isEqualTo(values.subList(60, 90));
    }

    @Test
    void anUnfinishedCopyIsTakenUpAgain() throws Exception {
        start();
        List<String> values = fill(30);
        sim.settle();
        ReplicaMove move = new ReplicaMove(log, to);
        move.copy(500);
        move.copy(500);
        sim.settle();
        assertThat(to.futures()).hasSize(1);
        assertThat(to.futures().getFirst().path().getFileName().toString()).matches("topic-0\\.[0-9a-f]{32}-future");
        sim.disk().killProcess();
        sim.restart();
        start();
        assertThat(log.directory()).isSameAs(from);
        assertThat(to.futures()).hasSize(1);
        ReplicaMove again = copied();
        assertThat(again.future().logEndOffset()).isEqualTo(90);
        finish(again);
        assertThat(world().values(0)).isEqualTo(values);
    }

    @Test
    void anAbandonedCopyLeavesNothing() throws Exception {
        start();
        List<String> values = fill(30);
        copied().abandon();
        sim.advance(Duration.ofSeconds(1));
        assertThat(to.futures()).isEmpty();
        assertThat(sim.disk().list(NEW)).noneMatch(path -> path.toString().contains("topic-0"));
        values.addAll(fill(1));
        assertThat(world().values(0)).isEqualTo(values);
    }

    @Test
    void aCopyOfSomethingElseIsRefused() throws Exception {
        start();
        fill(10);
        copied();
        sim.settle();
        log.truncateTo(27);
        world().append("something", "else", "instead");
        fill(2);
        ReplicaMove move = new ReplicaMove(log, to);
        assertThatThrownBy(() -> move.copy(500)).hasMessageContaining("is no copy of");
        move.abandon();
        finish(copied());
        assertThat(log.logEndOffset()).isEqualTo(36);
    }

    @Test
    void aFullTargetStopsTheMoveAndNothingElse() throws Exception {
        start();
        List<String> values = fill(30);
        sim.settle();
        ReplicaMove move = new ReplicaMove(log, to);
        sim.disk().capacity(30_000);
        move.copy(100);
        sim.disk().fullAfterWrites(3);
        assertThatThrownBy(() -> {
                    while (move.copy(500) > 0) {
                        sim.settle();
                    }
                    finish(move);
                })
                .isInstanceOf(LogException.class);
        sim.disk().heal();
        assertThat(from.isOnline()).isTrue();
        values.addAll(fill(1));
        assertThat(world().values(0)).isEqualTo(values);
    }

    @Test
    void withoutTheDirectoryThatItWentToItIsNotServed() throws Exception {
        start();
        fill(5);
        finish(copied());
        sim.settle();
        assertThat(MoveMark.read(sim.disk(), OLD.resolve("topic-0"))).contains(to.directoryId());
        sim.disk().killProcess();
        sim.restart();
        LogDirectory alone = open(sim, OLD);
        ReplicaMove.settle(List.of(alone));
        PartitionLog left = alone.open(LogWorld.TOPIC, LogWorld.ID, SMALL);
        assertThatThrownBy(left::recover).hasMessageContaining("log.dirs");
    }

    @Test
    void withoutTheDirectoryThatItComesFromItIsNotServed() throws Exception {
        start();
        fill(5);
        copied();
        sim.settle();
        sim.disk().killProcess();
        sim.restart();
        LogDirectory alone = open(sim, NEW);
        ReplicaMove.settle(List.of(alone));
        assertThatThrownBy(() -> alone.open(LogWorld.TOPIC, LogWorld.ID, SMALL))
                .isInstanceOfSatisfying(
                        LogException.class, e -> assertThat(e.error()).isEqualTo(Errors.KAFKA_STORAGE_ERROR));
    }

    @Test
    void twoFoldersWithoutAMarkAreLeftAlone() throws Exception {
        start();
        fill(2);
        to.open(LogWorld.TOPIC, LogWorld.ID, SMALL).recover();
        assertThatThrownBy(() -> ReplicaMove.settle(List.of(from, to))).hasMessageContaining("take one of the folders");
    }

    @Test
    void aNameThatIsTooLongForTheFolderOfACopyIsRefused() throws Exception {
        start();
        PartitionLog longOne = from.open(new TopicPartition("x".repeat(249), 0), LogWorld.ID, SMALL);
        assertThatThrownBy(() -> new ReplicaMove(longOne, to))
                .isInstanceOfSatisfying(
                        LogException.class, e -> assertThat(e.error()).isEqualTo(Errors.INVALID_TOPIC_EXCEPTION));
        assertThat(to.futures()).isEmpty();
    }

    /// Power is lost, or the process killed, at each single change of the disk that a whole move makes.
    @Test
    void whateverTheMomentOfACrashItIsWholeAndInOnePlace() throws Exception {
        start();
        List<String> values = fill(12);
        sim.settle();
        log.advanceLogStart(7);
        from.checkpointDurably();
        SimDisk before = sim.disk();
        boolean crashed = true;
        int moved = 0;
        for (long n = 1; crashed; n++) {
            for (boolean kill : new boolean[] {true, false}) {
                SimDisk disk = before.fork(n);
                disk.killProcess();
                disk.reboot();
                sim = SimWorld.around(disk, n);
                if (kill) {
                    disk.killAfterWrites(n);
                } else {
                    disk.crashAfterWrites(n);
                }
                List<String> expected = new ArrayList<>(values);
                taken = false;
                try {
                    start();
                    finish(copied());
                    expected.addAll(fill(1));
                    sim.settle();
                    crashed = disk.isDead();
                } catch (IOException | LogException e) {
                    assertThat(disk.isDead()).as("%s", e).isTrue();
                }
                boolean inNew = taken;
                disk.reboot();
                sim = SimWorld.around(disk, -n);
                start();
                List<String> found = world().values(7);
                assertThat(found)
                        .as("crash at change %s", n)
                        .isIn(expected.subList(7, 36), expected.subList(7, expected.size()));
                assertThat(log.logStartOffset()).isEqualTo(7);
                if (inNew) {
                    assertThat(log.directory()).isSameAs(to);
                    moved++;
                }
                if (log.directory() == from) {
                    finish(copied());
                    assertThat(world().values(7)).isEqualTo(found);
                }
                assertThat(fill(1)).hasSize(3);
            }
        }
        assertThat(moved).isPositive();
    }

    /// Power is lost at each change of the disk that a start makes after the process was killed with a mark in the page
    /// cache.
    @Test
    void aMarkThatWasNotSyncedIsSyncedBeforeItIsBelieved() throws Exception {
        start();
        fill(6);
        sim.settle();
        SimDisk before = sim.disk();
        int tried = 0;
        for (long n = 1; tried < 60; n++) {
            int m = 1;
            while (m <= 30 && killedWithMark(before, n, n + m)) {
                sim.disk().crashAfterWrites(m);
                try {
                    start();
                    sim.settle();
                } catch (IOException | LogException e) {
                    assertThat(sim.disk().isDead()).as("%s", e).isTrue();
                }
                sim.disk().powerLoss();
                sim.disk().reboot();
                sim = SimWorld.around(sim.disk(), -n);
                start();
                assertThat(log.logEndOffset()).isEqualTo(18);
                tried++;
                m++;
            }
        }
    }

    /// Moves on a copy of the disk until the process is killed at its n-th change; true if the mark is there then.
    private boolean killedWithMark(SimDisk before, long n, long seed) throws IOException {
        SimDisk disk = before.fork(seed);
        disk.killProcess();
        disk.reboot();
        sim = SimWorld.around(disk, n);
        disk.killAfterWrites(n);
        try {
            start();
            finish(copied());
        } catch (IOException | LogException e) {
            assertThat(disk.isDead()).as("%s", e).isTrue();
        }
        disk.killProcess();
        disk.reboot();
        sim = SimWorld.around(disk, -n);
        return disk.exists(OLD.resolve("topic-0").resolve(MoveMark.NAME));
    }

    @Test
    void someLivesWithMovesAndCrashes() {
        int[] moves = new int[1];
        Seeds.each(60, seed -> {
            MoveRun run = new MoveRun(seed);
            run.run();
            moves[0] += run.moves;
        });
        assertThat(moves[0]).isPositive();
    }
}
