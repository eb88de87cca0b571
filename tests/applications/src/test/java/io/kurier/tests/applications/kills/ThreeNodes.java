package io.kurier.tests.applications.kills;

import io.kurier.testkit.Await;
import io.kurier.testkit.NodeCluster;
import io.kurier.testkit.NodeProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;

/// Three nodes with three replicas of everything, two of them needed, and one coordinator each for all groups and all
/// transactions, so that it is known whom to kill.
public final class ThreeNodes implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(120);

    private final NodeCluster cluster;
    private final Admin admin;

    /// Starts them.
    public ThreeNodes(Path folder) throws IOException, InterruptedException {
        cluster = NodeCluster.start(
                folder,
                3,
                "broker.session.timeout.ms=3000",
                "default.replication.factor=3",
                "min.insync.replicas=2",
                "offsets.topic.num.partitions=1",
                "offsets.topic.replication.factor=3",
                "transaction.state.log.num.partitions=1",
                "transaction.state.log.replication.factor=3",
                "transaction.state.log.min.isr=2",
                "transaction.abort.timed.out.transaction.cleanup.interval.ms=500",
                "group.streams.session.timeout.ms=3000",
                "group.streams.heartbeat.interval.ms=500");
        admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers(), "request.timeout.ms", "5000"));
    }

    /// `host:port` of each.
    public String bootstrapServers() {
        return cluster.bootstrapServers();
    }

    /// Makes topics of two partitions, when all three nodes are voters.
    public void create(String... names) throws ExecutionException, InterruptedException {
        Await.until(LIMIT, "three voters", this::hasThreeVoters);
        admin.createTopics(Arrays.stream(names)
                        .map(name -> new NewTopic(name, 2, (short) 3))
                        .toList())
                .all()
                .get();
    }

    private boolean hasThreeVoters() {
        try {
            return admin.describeMetadataQuorum().quorumInfo().get().voters().size() == 3;
        } catch (ExecutionException | InterruptedException e) {
            return false;
        }
    }

    /// Waits until each partition of each topic has three replicas in sync.
    public void awaitWhole() {
        Await.until(LIMIT, "all replicas in sync", () -> {
            try {
                Set<String> names = admin.listTopics(new ListTopicsOptions().listInternal(true))
                        .names()
                        .get();
                return admin.describeTopics(names).allTopicNames().get().values().stream()
                        .flatMap(topic -> topic.partitions().stream())
                        .allMatch(partition -> partition.isr().size() == 3 && partition.leader() != null);
            } catch (ExecutionException | InterruptedException e) {
                return false;
            }
        });
    }

    /// Kills a victim and brings it back; waits until a node serves again, and not for an application.
    ///
    /// @param output the topic that the application writes
    public void kill(Victim victim, Application application, String output) throws Exception {
        switch (victim) {
            case BROKER -> kill(leader(output));
            case TRANSACTION_COORDINATOR -> kill(leader("__transaction_state"));
            case GROUP_COORDINATOR -> kill(leader("__consumer_offsets"));
            case APPLICATION -> application.killAndReplace();
        }
    }

    private NodeProcess leader(String topic) throws ExecutionException, InterruptedException {
        TopicDescription described =
                admin.describeTopics(Set.of(topic)).allTopicNames().get().get(topic);
        return cluster.node(described.partitions().getFirst().leader().id());
    }

    private static void kill(NodeProcess node) throws IOException, InterruptedException {
        node.kill();
        node.restart();
        node.awaitServing();
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
        cluster.close();
    }
}
