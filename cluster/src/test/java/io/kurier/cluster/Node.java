package io.kurier.cluster;

import io.kurier.cluster.config.QuorumMembers;
import io.kurier.cluster.config.QuorumSettings;
import io.kurier.cluster.controller.ConfigRules;
import io.kurier.cluster.controller.ControllerSettings;
import io.kurier.cluster.controller.SnapshotPolicy;
import io.kurier.cluster.image.Endpoint;
import io.kurier.cluster.image.TopicImage;
import io.kurier.cluster.peer.Peers;
import io.kurier.kernel.Clock;
import io.kurier.kernel.Disk;
import io.kurier.kernel.FileDisk;
import io.kurier.kernel.SystemThreads;
import io.kurier.kernel.SystemTimers;
import io.kurier.kernel.World;
import io.kurier.log.LogDirectory;
import io.kurier.log.MetaProperties;
import io.kurier.testkit.SimWorld;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.DescribeQuorumRequestData;
import org.apache.kafka.common.message.DescribeQuorumResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.security.auth.SecurityProtocol;

/// One node's cluster membership on the real disk, as the server assembles it.
final class Node implements AutoCloseable {
    static final String CLUSTER_ID = "nodeTestCluster0123456";
    static final int ID = 1;

    private final SystemTimers timers = new SystemTimers("test-timers");
    final LogDirectory directory;
    final KRaftCluster cluster;
    private final Peers peers;

    private Node(Path path, Disk disk, SnapshotPolicy snapshots, ControllerSettings controllerSettings)
            throws IOException {
        World world = new World(Clock.system(), timers, new SystemThreads(), disk, SimWorld.noNetwork(), new Random());
        directory = LogDirectory.open(world, path, LogDirectory.Settings.defaults());
        if (directory.metaProperties().isEmpty()) {
            directory.writeMetaProperties(new MetaProperties(CLUSTER_ID, ID, directory.directoryId()));
        }
        Endpoint broker = new Endpoint("PLAINTEXT", "localhost", 9092, SecurityProtocol.PLAINTEXT);
        Endpoint controller = new Endpoint("CONTROLLER", "localhost", 9093, SecurityProtocol.PLAINTEXT);
        peers = new Peers(world, ID, Peers.Limits.defaults());
        cluster = KRaftCluster.open(
                world,
                directory,
                new KRaftCluster.Settings(
                        ID,
                        CLUSTER_ID,
                        List.of(directory.directoryId()),
                        List.of(broker),
                        controller,
                        null,
                        directory.previousBrokerEpoch().orElse(-1),
                        new QuorumMembers(List.of(), Map.of(), true),
                        controllerSettings,
                        new QuorumSettings(
                                new QuorumSettings.MetadataLog(snapshots.maxNewBytes(), snapshots.maxIntervalMs()),
                                new QuorumSettings.Timeouts(500, 500, 1_000, 1_000),
                                new QuorumSettings.Sessions(200, 1_000, 60_000))),
                peers,
                ConfigRules.permissive());
        cluster.join();
        directory.setBrokerEpoch(cluster.brokerEpoch());
    }

    static Node start(Path path) throws IOException {
        return start(path, SnapshotPolicy.defaults());
    }

    static Node start(Path path, SnapshotPolicy snapshots) throws IOException {
        return start(path, new FileDisk(), snapshots);
    }

    static Node start(Path path, Disk disk, SnapshotPolicy snapshots) throws IOException {
        return new Node(path, disk, snapshots, ControllerSettings.defaults());
    }

    static Node start(Path path, ControllerSettings settings) throws IOException {
        return new Node(path, new FileDisk(), SnapshotPolicy.defaults(), settings);
    }

    <R extends ApiMessage> R submit(ApiMessage request, Class<R> answer) throws Exception {
        return answer.cast(cluster.submit(request, request.highestSupportedVersion())
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS));
    }

    CreateTopicsResponseData create(String name, int partitions) throws Exception {
        return submit(creation(name, partitions), CreateTopicsResponseData.class);
    }

    static CreateTopicsRequestData creation(String name, int partitions) {
        CreateTopicsRequestData request = new CreateTopicsRequestData();
        request.topics()
                .add(new CreatableTopic()
                        .setName(name)
                        .setNumPartitions(partitions)
                        .setReplicationFactor((short) 1));
        return request;
    }

    TopicImage topic(String name) {
        return Objects.requireNonNull(cluster.image().topic(name));
    }

    DescribeQuorumResponseData.PartitionData quorum() throws Exception {
        return quorum(DescribeQuorumRequestData.HIGHEST_SUPPORTED_VERSION)
                .topics()
                .getFirst()
                .partitions()
                .getFirst();
    }

    DescribeQuorumResponseData quorum(short version) throws Exception {
        DescribeQuorumRequestData request = new DescribeQuorumRequestData()
                .setTopics(List.of(new DescribeQuorumRequestData.TopicData()
                        .setTopicName("__cluster_metadata")
                        .setPartitions(List.of(new DescribeQuorumRequestData.PartitionData().setPartitionIndex(0)))));
        return (DescribeQuorumResponseData)
                cluster.submit(request, version).toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    Uuid directoryId() {
        return directory.directoryId();
    }

    @Override
    public void close() {
        cluster.close();
        peers.close();
        directory.close();
        timers.close();
    }
}
