package io.kurier.benchmarks.load;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntUnaryOperator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// What a run wants to know of a cluster of three and to have done there.
public final class ClusterAdmin implements AutoCloseable {
    private static final long LIMIT_NS = 60_000_000_000L;

    private final Admin admin;

    /// @param bootstrap where to begin
    public ClusterAdmin(String bootstrap) {
        Map<String, Object> configs = new HashMap<>(NumberedLoad.PATIENCE);
        configs.putAll(Map.of("bootstrap.servers", bootstrap, "request.timeout.ms", 5_000));
        admin = Admin.create(configs);
    }

    private interface Condition {
        boolean holds() throws ExecutionException, InterruptedException;
    }

    /// The active controller's id.
    public int controller() throws IOException {
        return get(admin.describeMetadataQuorum().quorumInfo()).leaderId();
    }

    /// Waits until all three vote: a new cluster of ours begins with one voter, the others join by themselves.
    public void awaitVoters() throws IOException {
        await(
                "three voters",
                () -> admin.describeMetadataQuorum().quorumInfo().get().voters().size() == 3);
    }

    /// Creates a topic with three replicas, two of which must be in sync; one node leads all of it.
    public void create(String topic, int partitions, int leader) throws IOException {
        create(topic, partitions, partition -> leader);
    }

    /// The same; the nodes lead its partitions in turn.
    public void createSpread(String topic, int partitions) throws IOException {
        create(topic, partitions, partition -> partition % 3 + 1);
    }

    private void create(String topic, int partitions, IntUnaryOperator leaderOf) throws IOException {
        Map<Integer, List<Integer>> assignment = new HashMap<>();
        for (int partition = 0; partition < partitions; partition++) {
            int leader = leaderOf.applyAsInt(partition);
            assignment.put(partition, List.of(leader, leader % 3 + 1, (leader + 1) % 3 + 1));
        }
        get(admin.createTopics(List.of(new NewTopic(topic, assignment).configs(Map.of("min.insync.replicas", "2"))))
                .all());
        awaitInSync(topic);
    }

    /// Deletes a topic. The client may have to ask twice, and hear that it is not there any more.
    public void delete(String topic) throws IOException {
        try {
            get(admin.deleteTopics(List.of(topic)).all());
        } catch (IOException e) {
            if (!(e.getCause() instanceof ExecutionException failed
                    && failed.getCause() instanceof UnknownTopicOrPartitionException)) {
                throw e;
            }
        }
    }

    /// Waits until all replicas of a topic are in sync.
    public void awaitInSync(String topic) throws IOException {
        await(topic + " in sync", () -> {
            var found =
                    admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic);
            return found != null
                    && found.partitions().stream()
                            .allMatch(partition -> partition.leader() != null
                                    && partition.isr().size() == 3);
        });
    }

    private static <T> T get(KafkaFuture<T> future) throws IOException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getCause()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static void await(String what, Condition condition) throws IOException {
        long deadlineNs = System.nanoTime() + LIMIT_NS;
        Exception last = null;
        while (System.nanoTime() < deadlineNs) {
            try {
                if (condition.holds()) {
                    return;
                }
            } catch (ExecutionException notYet) {
                last = notYet;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
            LockSupport.parkNanos(20_000_000L);
        }
        throw new IOException("not " + what + " within a minute", last);
    }

    @Override
    public void close() {
        admin.close();
    }
}
