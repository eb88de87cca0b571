package io.kurier.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.broker.replica.DataFolders;
import io.kurier.broker.replica.DirectoryAssignments;
import io.kurier.broker.replica.Partition;
import io.kurier.broker.replica.PartitionException;
import io.kurier.broker.replica.Partitions;
import io.kurier.broker.replica.RecordDeletion;
import io.kurier.broker.replica.ReplicaMoves;
import io.kurier.broker.replica.TopicPolicy;
import io.kurier.log.LogConfig;
import io.kurier.log.LogDirectory;
import io.kurier.log.MetaProperties;
import io.kurier.log.Origin;
import io.kurier.protocol.records.Batches;
import io.kurier.protocol.records.NewRecord;
import io.kurier.testkit.SimWorld;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metadata.FeatureLevelRecord;
import org.apache.kafka.common.metadata.RegisterBrokerRecord;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Partitions that move between a node's data directories: on a simulated disk, step by step.
class MovesThroughBrokerTest {
    private static final TopicPartition WORDS = new TopicPartition("words", 0);
    private static final List<Path> PATHS = List.of(Path.of("/one"), Path.of("/two"), Path.of("/three"));
    private static final long NEVER = Long.MAX_VALUE;

    private SimWorld sim = SimWorld.inOrder(1);
    private final FakeCluster cluster = new FakeCluster();
    private final List<Errors> told = new ArrayList<>();
    private List<LogDirectory> directories = List.of();
    private DataFolders folders;
    private Partitions partitions;
    private ReplicaMoves moves;
    private DirectoryAssignments assignments;
    private long bytesPerSecond = Long.MAX_VALUE;

    @BeforeEach
    void start() throws IOException {
        List<LogDirectory> opened = new ArrayList<>();
        for (Path path : PATHS) {
            LogDirectory directory = LogDirectory.open(sim.world(), path, LogDirectory.Settings.defaults());
            if (directory.metaProperties().isEmpty()) {
                directory.writeMetaProperties(new MetaProperties("cluster", FakeCluster.NODE, directory.directoryId()));
            }
            opened.add(directory);
        }
        directories = opened;
        cluster.change(
                new FeatureLevelRecord().setName("metadata.version").setFeatureLevel((short) 33),
                new RegisterBrokerRecord()
                        .setBrokerId(FakeCluster.NODE)
                        .setFenced(false)
                        .setLogDirs(directories.stream()
                                .map(LogDirectory::directoryId)
                                .toList()));
        folders = new DataFolders(directories, List.of());
        partitions = new Partitions(
                FakeCluster.NODE, cluster, sim.world(), folders, topic -> new TopicPolicy(LogConfig.defaults(), 1));
        directories.forEach(directory -> directory.onOffline(failure -> partitions.offline(directory)));
        assignments = new DirectoryAssignments(sim.world(), FakeCluster.NODE, cluster, folders);
        moves = new ReplicaMoves(sim.world(), partitions, folders, assignments, cluster, () -> bytesPerSecond);
    }

    private void kill() throws IOException {
        moves.close();
        assignments.close();
        partitions.close();
        sim.disk().killProcess();
        sim.disk().reboot();
        sim = SimWorld.around(sim.disk(), 2);
        start();
    }

    private Partition words() {
        return partitions.find(WORDS);
    }

    private void append(int records) throws Exception {
        for (int i = 0; i < records; i++) {
            ByteBuffer value = ByteBuffer.wrap(new byte[1000]);
            ByteBuffer batch = Batches.of(List.of(new NewRecord(sim.clock().wallMs(), null, value)));
            long end = words().append(batch, Origin.CLIENT).lastOffset() + 1;
            words().whenCommitted(end, NEVER, told::add);
        }
    }

    /// The number of the directory that the partition lies in.
    private int place() {
        return directories.indexOf(words().log().directory());
    }

    private Uuid assigned() {
        return Objects.requireNonNull(cluster.image().partition("words", 0)).directory(FakeCluster.NODE);
    }

    private void moveTo(int directory) {
        moves.move(WORDS, PATHS.get(directory).toString());
    }

    private boolean isAnywhere(int directory) {
        return sim.disk().files(PATHS.get(directory)).stream()
                .anyMatch(path -> path.toString().contains("words-0"));
    }

    @Test
    void newPartitionsAreSpreadAndTheMetadataSaysWhere() {
        cluster.create("many", 9);
        sim.settle();
        for (LogDirectory directory : directories) {
            assertThat(folders.in(directory)).hasSize(3);
        }
        for (int number = 0; number < 9; number++) {
            TopicPartition name = new TopicPartition("many", number);
            Uuid said = Objects.requireNonNull(cluster.image().partition("many", number))
                    .directory(FakeCluster.NODE);
            assertThat(partitions.find(name).log().directory().directoryId()).isEqualTo(said);
        }
    }

    @Test
    void whoWaitsForACommitIsToldByTheNewLog() throws Exception {
        cluster.create("words", 1);
        append(3_000);
        int from = place();
        int to = (from + 1) % 3;
        moveTo(to);
        moveTo(to); // harmless
        for (int i = 0; i < 3; i++) {
            sim.threads().runOne();
            append(1);
        }
        sim.settle();
        assertThat(place()).isEqualTo(to);
        assertThat(told).hasSize(3_003).containsOnly(Errors.NONE);
        assertThat(words().highWatermark()).isEqualTo(3_003);
        assertThat(words().log().read(0, 3_003, 1 << 30, true).baseOffset()).isZero();
        assertThat(assigned()).isEqualTo(directories.get(to).directoryId());
        append(1);
        sim.settle();
        assertThat(told).hasSize(3_004).containsOnly(Errors.NONE);
        assertThat(isAnywhere(from)).isTrue();
        sim.advance(Duration.ofSeconds(90));
        assertThat(isAnywhere(from)).isFalse();
        moveTo(from);
        sim.settle();
        moveTo(to); // before what was left there is gone
        sim.settle();
        assertThat(place()).isEqualTo(to);
        assertThat(words().highWatermark()).isEqualTo(3_004);
    }

    @Test
    void aMoveGoesOnAfterAKill() throws Exception {
        cluster.create("words", 1);
        append(3_000);
        sim.settle();
        int to = (place() + 1) % 3;
        moveTo(to);
        sim.threads().runOne();
        sim.threads().runOne();
        assertThat(directories.get(to).futures()).hasSize(1);
        kill();
        assertThat(place()).isNotEqualTo(to);
        moves.resume();
        sim.settle();
        assertThat(place()).isEqualTo(to);
        assertThat(words().highWatermark()).isEqualTo(3_000);
    }

    @Test
    void aMoveToElsewhereGivesTheFirstOneUp() throws Exception {
        cluster.create("words", 1);
        append(3_000);
        sim.settle();
        int from = place();
        moveTo((from + 1) % 3);
        sim.threads().runOne();
        moveTo((from + 2) % 3);
        assertThat(directories.get((from + 1) % 3).futures()).isEmpty();
        sim.settle();
        assertThat(place()).isEqualTo((from + 2) % 3);

        moveTo(from);
        sim.threads().runOne();
        moveTo((from + 2) % 3); // where it is: stay
        sim.settle();
        assertThat(place()).isEqualTo((from + 2) % 3);
        assertThat(directories.get(from).futures()).isEmpty();
    }

    @Test
    void aDeletedTopicTakesItsCopyAlong() throws Exception {
        Uuid topic = cluster.create("words", 1);
        append(3_000);
        sim.settle();
        int from = place();
        moveTo((from + 1) % 3);
        sim.threads().runOne();
        cluster.delete(topic);
        sim.settle();
        assertThat(directories)
                .allSatisfy(directory -> assertThat(directory.futures()).isEmpty());
        cluster.create("words", 1);
        append(1);
        sim.settle();
        assertThat(words().highWatermark()).isEqualTo(1);
        sim.advance(Duration.ofSeconds(90));
        assertThat(List.of(isAnywhere(0), isAnywhere(1), isAnywhere(2))).containsOnlyOnce(true);
    }

    @Test
    void aBrokenTargetDisturbsNobody() throws Exception {
        cluster.create("words", 1);
        append(3_000);
        sim.settle();
        int from = place();
        int to = (from + 1) % 3;
        moveTo(to);
        sim.threads().runOne();
        sim.disk().failWrites(path -> path.startsWith(PATHS.get(to)));
        sim.settle();
        assertThat(directories.get(to).isOnline()).isFalse();
        append(1);
        sim.settle();
        assertThat(place()).isEqualTo(from);
        assertThat(told).hasSize(3_001).containsOnly(Errors.NONE);
        refused(() -> moveTo(to), Errors.KAFKA_STORAGE_ERROR);
    }

    @Test
    void theCopyTakesItsTime() throws Exception {
        cluster.create("words", 1);
        append(3_000);
        sim.settle();
        bytesPerSecond = 1 << 20;
        int to = (place() + 1) % 3;
        moveTo(to);
        sim.advance(Duration.ofMillis(1_500));
        assertThat(place()).isNotEqualTo(to);
        sim.advance(Duration.ofMillis(3_000));
        assertThat(place()).isEqualTo(to);
    }

    @Test
    void whatCannotBeMovedIsRefused() {
        cluster.create("words", 1);
        refused(() -> moves.move(WORDS, "/elsewhere"), Errors.LOG_DIR_NOT_FOUND);
        TopicPartition later = new TopicPartition("later", 0);
        refused(() -> moves.move(later, "/three"), Errors.UNKNOWN_TOPIC_OR_PARTITION);
        cluster.create("later", 1);
        assertThat(partitions.find(later).log().directory()).isSameAs(directories.get(2));
    }

    @Test
    void aPartitionWhoseDirectoryIsNotHereIsNotMadeAnew() {
        cluster.create("words", 1);
        sim.settle();
        Uuid topic = Objects.requireNonNull(cluster.image().topic("words")).id();
        partitions.close();
        folders = new DataFolders(directories.subList(0, 1), List.of());
        cluster.change(new org.apache.kafka.common.metadata.PartitionChangeRecord()
                .setTopicId(topic)
                .setPartitionId(0)
                .setDirectories(List.of(directories.get(2).directoryId())));
        partitions = new Partitions(
                FakeCluster.NODE, cluster, sim.world(), folders, name -> new TopicPolicy(LogConfig.defaults(), 1));
        refused(this::words, Errors.KAFKA_STORAGE_ERROR);
    }

    @Test
    void deletedRecordsStayDeletedThroughAMove() throws Exception {
        cluster.create("words", 1);
        append(100);
        sim.settle();
        refused(() -> RecordDeletion.below(words(), 101), Errors.OFFSET_OUT_OF_RANGE);
        refused(() -> RecordDeletion.below(words(), -2), Errors.OFFSET_OUT_OF_RANGE);
        assertThat(RecordDeletion.below(words(), 40)).isEqualTo(40);
        words().log().directory().checkpointDurably();
        int to = (place() + 1) % 3;
        moveTo(to);
        assertThat(RecordDeletion.below(words(), 60)).isEqualTo(60);
        sim.settle();
        assertThat(place()).isEqualTo(to);
        assertThat(words().log().logStartOffset()).isEqualTo(60);
        kill();
        assertThat(place()).isEqualTo(to);
        assertThat(words().log().logStartOffset()).isEqualTo(60);
        assertThat(RecordDeletion.below(words(), RecordDeletion.HIGH_WATERMARK)).isEqualTo(100);
    }

    private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, Errors why) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        PartitionException.class, e -> assertThat(e.error()).isEqualTo(why));
    }
}
