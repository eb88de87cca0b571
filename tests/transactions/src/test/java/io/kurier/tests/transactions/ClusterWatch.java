package io.kurier.tests.transactions;

import io.kurier.testkit.Await;
import io.kurier.testkit.NodeCluster;
import io.kurier.testkit.NodeProcess;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/// What an administrator sees of a cluster of three nodes. Each question is asked again until it is answered.
final class ClusterWatch implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(120);

    private final NodeCluster cluster;
    private final Admin admin;

    ClusterWatch(NodeCluster cluster) {
        this.cluster = cluster;
        this.admin =
                Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers(), "request.timeout.ms", "5000"));
    }

    @FunctionalInterface
    private interface Question<A> {
        A ask() throws ExecutionException, InterruptedException;
    }

    private static <A> A answer(String what, Question<A> question) {
        var found = new Object() {
            A answer;
            Exception failure;
        };
        try {
            Await.until(LIMIT, what, () -> {
                try {
                    found.answer = question.ask();
                    return true;
                } catch (ExecutionException e) {
                    found.failure = e;
                    return false;
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage(), found.failure);
        }
        return found.answer;
    }

    /// Makes topics with three replicas each, and waits until all is in sync.
    void create(int partitions, String... names) throws ExecutionException, InterruptedException {
        Await.until(LIMIT, "three voters", this::hasThreeVoters);
        List<NewTopic> topics = List.of(names).stream()
                .map(name -> new NewTopic(name, partitions, (short) 3))
                .toList();
        admin.createTopics(topics).all().get();
    }

    private boolean hasThreeVoters() {
        return answer(
                                "the quorum",
                                () -> admin.describeMetadataQuorum()
                                        .quorumInfo()
                                        .get())
                        .voters()
                        .size()
                == 3;
    }

    /// Waits until each partition, those of the coordinators as well, has three replicas in sync and one that leads.
    void awaitWhole() {
        Await.until(
                LIMIT,
                "all replicas in sync",
                () -> answer("the topics", this::describeAll).stream()
                        .flatMap(topic -> topic.partitions().stream())
                        .allMatch(partition -> partition.isr().size() == 3 && partition.leader() != null));
    }

    private Collection<TopicDescription> describeAll() throws ExecutionException, InterruptedException {
        Set<String> names = admin.listTopics(new org.apache.kafka.clients.admin.ListTopicsOptions().listInternal(true))
                .names()
                .get();
        return admin.describeTopics(names).allTopicNames().get().values();
    }

    NodeProcess leader(TopicPartition partition) {
        return answer(
                "the leader of " + partition,
                () -> cluster.node(admin.describeTopics(List.of(partition.topic()))
                        .allTopicNames()
                        .get()
                        .get(partition.topic())
                        .partitions()
                        .get(partition.partition())
                        .leader()
                        .id()));
    }

    NodeProcess transactionCoordinator(String transactionalId) {
        return answer(
                "the coordinator of " + transactionalId,
                () -> cluster.node(admin.describeTransactions(List.of(transactionalId))
                        .description(transactionalId)
                        .get()
                        .coordinatorId()));
    }

    NodeProcess groupCoordinator(String groupId) {
        return answer(
                "the coordinator of group " + groupId,
                () -> cluster.node(admin.describeConsumerGroups(List.of(groupId))
                        .describedGroups()
                        .get(groupId)
                        .get()
                        .coordinator()
                        .id()));
    }

    /// What a group has committed for a partition; 0 if nothing.
    long committed(String groupId, TopicPartition partition) {
        OffsetAndMetadata offset = answer(
                "the offsets of " + groupId,
                () -> admin.listConsumerGroupOffsets(groupId)
                        .partitionsToOffsetAndMetadata()
                        .get()
                        .get(partition));
        return offset == null ? 0 : offset.offset();
    }

    /// Where a partition ends, for readers of this isolation level.
    long end(TopicPartition partition, IsolationLevel isolation) {
        return answer(
                "the end of " + partition,
                () -> admin.listOffsets(Map.of(partition, OffsetSpec.latest()), new ListOffsetsOptions(isolation))
                        .partitionResult(partition)
                        .get()
                        .offset());
    }

    /// Waits until no transaction is open in a topic.
    void awaitNoneOpen(String topic, int partitions) {
        IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .forEach(partition -> Await.until(
                        LIMIT,
                        "the end of all transactions in " + partition,
                        () -> end(partition, IsolationLevel.READ_COMMITTED)
                                == end(partition, IsolationLevel.READ_UNCOMMITTED)));
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
