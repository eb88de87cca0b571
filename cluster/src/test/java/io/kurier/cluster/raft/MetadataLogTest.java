package io.kurier.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.kernel.Clock;
import io.kurier.kernel.SystemThreads;
import io.kurier.kernel.SystemTimers;
import io.kurier.kernel.World;
import io.kurier.log.Durability;
import io.kurier.log.LogConfig;
import io.kurier.log.LogDirectory;
import io.kurier.log.PartitionLog;
import io.kurier.protocol.records.BatchView;
import io.kurier.protocol.records.Batches;
import io.kurier.protocol.records.NewRecord;
import io.kurier.testkit.SimDisk;
import io.kurier.testkit.SimWorld;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Random;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Records;
import org.apache.kafka.raft.Isolation;
import org.apache.kafka.raft.LogOffsetMetadata;
import org.apache.kafka.raft.ValidOffsetAndEpoch;
import org.apache.kafka.server.common.OffsetAndEpoch;
import org.apache.kafka.snapshot.RawSnapshotWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MetadataLogTest {
    private static final Path PATH = Path.of("/data");
    private static final Path FOLDER = PATH.resolve("__cluster_metadata-0");

    private final SimDisk disk = new SimDisk(Clock.system(), 1);
    private final SystemTimers timers = new SystemTimers("test");
    private final World world =
            new World(Clock.system(), timers, new SystemThreads(), disk, SimWorld.noNetwork(), new Random(1));
    private LogDirectory directory;
    private PartitionLog partition;
    private MetadataLog log;

    @BeforeEach
    void open() throws IOException {
        disk.createDirectories(PATH);
        disk.syncDirectory(Path.of("/"));
        directory = LogDirectory.open(world, PATH, LogDirectory.Settings.defaults());
        partition = directory.open(
                RaftEngine.PARTITION,
                Uuid.METADATA_TOPIC_ID,
                LogConfig.defaults().withDurability(Durability.MEMORY).withSegmentBytes(1_000));
        partition.recover();
        disk.createDirectories(FOLDER);
        log = new MetadataLog(partition, SnapshotStore.open(disk, FOLDER), new SpaceWait(timers, directory));
    }

    @AfterEach
    void close() {
        directory.close();
        timers.close();
    }

    private static Records batch(long baseOffset, int epoch, int records) {
        ByteBuffer bytes =
                Batches.of(Collections.nCopies(records, new NewRecord(1, null, ByteBuffer.wrap(new byte[] {1, 2, 3}))));
        new BatchView(bytes, 0).place(baseOffset, epoch);
        return (Records) Batches.inMemory(bytes);
    }

    private void fill(int batches, int epoch) {
        log.initializeLeaderEpoch(epoch);
        for (int i = 0; i < batches; i++) {
            log.appendAsLeader(batch(log.endOffset().offset(), epoch, 10), epoch);
        }
        log.updateHighWatermark(new LogOffsetMetadata(log.endOffset().offset()));
    }

    private void snapshot(OffsetAndEpoch id) {
        try (RawSnapshotWriter writer = log.createNewSnapshot(id).orElseThrow()) {
            writer.append((MemoryRecords) batch(0, id.epoch(), 1));
            writer.freeze();
        }
    }

    @Test
    void anAppendAsLeaderIsDurableWhenItReturns() {
        fill(1, 1);
        assertThat(partition.durableEndOffset()).isEqualTo(10);
        assertThat(log.lastFetchedEpoch()).isEqualTo(1);
    }

    @Test
    void anAppendThatWouldLeaveAHoleIsRefused() {
        fill(1, 1);
        assertThatThrownBy(() -> log.appendAsLeader(batch(11, 1, 1), 1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void committedReadsEndAtTheHighWatermark() {
        fill(2, 1);
        log.appendAsLeader(batch(20, 1, 10), 1);
        assertThat(log.read(0, Isolation.COMMITTED, 1 << 20).records.sizeInBytes())
                .isEqualTo(2 * batch(0, 1, 10).sizeInBytes());
        assertThat(log.read(20, Isolation.COMMITTED, 1 << 20).records.sizeInBytes())
                .isZero();
        assertThat(log.read(20, Isolation.UNCOMMITTED, 1 << 20).records.sizeInBytes())
                .isPositive();
    }

    @Test
    void aFollowerTakesWhatIsValidAndOfNoLaterEpoch() {
        assertThat(log.appendAsFollower(batch(0, 2, 3), 2).lastOffset()).isEqualTo(2);
        assertThatThrownBy(() -> log.appendAsFollower(batch(3, 5, 1), 2)).isInstanceOf(CorruptRecordException.class);
        ByteBuffer damaged = Batches.bytes(batch(3, 2, 1)).duplicate();
        damaged.put(damaged.limit() - 1, (byte) 99);
        assertThatThrownBy(() -> log.appendAsFollower((Records) Batches.inMemory(damaged), 2))
                .isInstanceOf(CorruptRecordException.class);
        assertThat(log.endOffset().offset()).isEqualTo(3);
    }

    @Test
    void whereAnEpochEndsTellsAFollowerWhereItDiverges() {
        fill(2, 1);
        fill(1, 4);
        assertThat(log.endOffsetForEpoch(1)).isEqualTo(new OffsetAndEpoch(20, 1));
        assertThat(log.endOffsetForEpoch(3)).isEqualTo(new OffsetAndEpoch(20, 1));
        assertThat(log.endOffsetForEpoch(4)).isEqualTo(new OffsetAndEpoch(30, 4));
        assertThat(log.validateOffsetAndEpoch(30, 4).kind()).isEqualTo(ValidOffsetAndEpoch.Kind.VALID);
        assertThat(log.validateOffsetAndEpoch(25, 1).kind()).isEqualTo(ValidOffsetAndEpoch.Kind.DIVERGING);
    }

    @Test
    void onlyWhatIsCommittedIsSnapshotted() {
        fill(1, 1);
        assertThatThrownBy(() -> log.createNewSnapshot(new OffsetAndEpoch(11, 1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> log.createNewSnapshot(new OffsetAndEpoch(10, 2)))
                .isInstanceOf(IllegalArgumentException.class);
        snapshot(new OffsetAndEpoch(10, 1));
        assertThat(log.createNewSnapshot(new OffsetAndEpoch(10, 1))).isEmpty();
        assertThat(log.latestSnapshotId()).contains(new OffsetAndEpoch(10, 1));
        assertThat(log.latestSnapshot().orElseThrow().records().sizeInBytes()).isPositive();
    }

    @Test
    void committedRecordsAreNeverCutOff() {
        fill(1, 1);
        assertThatThrownBy(() -> log.truncateTo(5)).isInstanceOf(IllegalArgumentException.class);
        log.appendAsLeader(batch(10, 1, 5), 1);
        log.truncateTo(10);
        assertThat(log.endOffset().offset()).isEqualTo(10);
    }

    @Test
    void cleaningKeepsTwoSnapshotsAndTheLogBehindTheOlder() throws IOException {
        fill(30, 1);
        assertThat(log.maybeClean()).isFalse();
        snapshot(new OffsetAndEpoch(100, 1));
        snapshot(new OffsetAndEpoch(200, 1));
        snapshot(new OffsetAndEpoch(300, 1));
        assertThat(log.maybeClean()).isTrue();
        assertThat(log.startOffset()).isEqualTo(200);
        assertThat(log.earliestSnapshotId()).contains(new OffsetAndEpoch(200, 1));
        assertThat(log.latestSnapshotId()).contains(new OffsetAndEpoch(300, 1));
        assertThat(disk.exists(FOLDER.resolve("00000000000000000100-0000000001.checkpoint")))
                .isFalse();
        assertThat(log.validateOffsetAndEpoch(50, 1).kind()).isEqualTo(ValidOffsetAndEpoch.Kind.SNAPSHOT);
        assertThat(log.maybeClean()).isFalse();
    }

    @Test
    void aSnapshotBeyondTheLogReplacesIt() {
        fill(1, 1);
        try (RawSnapshotWriter writer =
                log.createNewSnapshotUnchecked(new OffsetAndEpoch(500, 3)).orElseThrow()) {
            writer.append((MemoryRecords) batch(0, 3, 1));
            writer.freeze();
        }
        assertThat(log.truncateToLatestSnapshot()).isTrue();
        assertThat(log.startOffset()).isEqualTo(500);
        assertThat(log.endOffset().offset()).isEqualTo(500);
        assertThat(log.highWatermark().offset()).isEqualTo(500);
        assertThat(log.lastFetchedEpoch()).isEqualTo(3);
        assertThat(log.endOffsetForEpoch(3)).isEqualTo(new OffsetAndEpoch(500, 3));
        assertThat(log.truncateToLatestSnapshot()).isFalse();
    }

    @Test
    void anUnfinishedSnapshotDoesNotCountAndGoesAtTheNextStart() throws IOException {
        fill(1, 1);
        RawSnapshotWriter unfinished =
                log.createNewSnapshot(new OffsetAndEpoch(10, 1)).orElseThrow();
        unfinished.append((MemoryRecords) batch(0, 1, 1));
        assertThat(log.latestSnapshotId()).isEmpty();
        Path part = FOLDER.resolve("00000000000000000010-0000000001.checkpoint.part");
        assertThat(disk.exists(part)).isTrue();
        assertThat(SnapshotStore.open(disk, FOLDER).ids()).isEmpty();
        assertThat(disk.exists(part)).isFalse();
    }
}
