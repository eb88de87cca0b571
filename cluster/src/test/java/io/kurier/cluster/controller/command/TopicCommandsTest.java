package io.kurier.cluster.controller.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsAssignment;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsTopic;
import org.apache.kafka.common.message.CreatePartitionsResponseData;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.apache.kafka.common.message.DeleteTopicsResponseData;
import org.apache.kafka.common.message.DeleteTopicsResponseData.DeletableTopicResult;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// DeleteTopics and CreatePartitions.
class TopicCommandsTest {
    private static List<DeletableTopicResult> delete(Bench bench, DeleteTopicState... topics) {
        DeleteTopicsRequestData request = new DeleteTopicsRequestData().setTopics(List.of(topics));
        return bench.run(request, DeleteTopicsResponseData.class).responses().stream()
                .toList();
    }

    private static DeleteTopicState named(@Nullable String name) {
        return new DeleteTopicState().setName(name);
    }

    @Test
    void topicsAreDeletedByNameAndById() {
        Bench bench = Bench.of(1);
        bench.create("a", 2);
        bench.create("b", 1);
        bench.create("c", 1);
        Uuid a = bench.topic("a").id();
        Uuid b = bench.topic("b").id();
        List<DeletableTopicResult> results =
                delete(bench, named("a"), named(null).setTopicId(b));
        assertThat(results).extracting(DeletableTopicResult::errorCode).containsExactly((short) 0, (short) 0);
        assertThat(results).extracting(DeletableTopicResult::topicId).containsExactly(a, b);
        assertThat(results).extracting(DeletableTopicResult::name).containsExactly("a", "b");
        assertThat(bench.image.topicsByName()).containsOnlyKeys("c");
        assertThat(bench.image.partitionCount()).isEqualTo(1);
    }

    @Test
    void oldRequestsNameTopicsInAListOfTheirOwn() {
        Bench bench = Bench.of(1);
        bench.create("a", 2);
        bench.run(new DeleteTopicsRequestData().setTopicNames(List.of("a")), DeleteTopicsResponseData.class);
        assertThat(bench.image.topics()).isEmpty();
    }

    @Test
    void whatCannotBeDeletedIsSaid() {
        Bench bench = Bench.of(1);
        bench.create("a", 2);
        Uuid a = bench.topic("a").id();
        List<DeletableTopicResult> results = delete(
                bench,
                named("none"),
                named(null).setTopicId(new Uuid(9, 9)),
                named("a").setTopicId(a),
                named(null),
                named("a"),
                named("a"),
                named(null).setTopicId(a));
        assertThat(results)
                .extracting(result -> Errors.forCode(result.errorCode()))
                .containsExactly(
                        Errors.UNKNOWN_TOPIC_OR_PARTITION,
                        Errors.UNKNOWN_TOPIC_ID,
                        Errors.INVALID_REQUEST,
                        Errors.INVALID_REQUEST,
                        Errors.NONE,
                        Errors.INVALID_REQUEST,
                        Errors.INVALID_REQUEST);
        assertThat(bench.image.topics()).isEmpty();
    }

    @Test
    void whatIsFoundByAHashKeepsItsPartitions() {
        Bench bench = Bench.of(1);
        bench.create("__consumer_offsets", 50);
        assertThat(grow(
                        bench,
                        new CreatePartitionsTopic()
                                .setName("__consumer_offsets")
                                .setCount(51)
                                .setAssignments(null)))
                .isEqualTo(Errors.INVALID_PARTITIONS);
        assertThat(bench.topic("__consumer_offsets").partitions()).hasSize(50);
    }

    private static Errors grow(Bench bench, CreatePartitionsTopic topic) {
        CreatePartitionsRequestData request = new CreatePartitionsRequestData();
        request.topics().add(topic);
        return Errors.forCode(bench.run(request, CreatePartitionsResponseData.class)
                .results()
                .getFirst()
                .errorCode());
    }

    @ParameterizedTest
    @CsvSource({
        "t, 5, NONE, 5",
        "t, 3, INVALID_PARTITIONS, 3",
        "t, 2, INVALID_PARTITIONS, 3",
        "t, -1, INVALID_PARTITIONS, 3",
        "t, 100000, POLICY_VIOLATION, 3",
        "u, 5, UNKNOWN_TOPIC_OR_PARTITION, 3",
    })
    void partitionsAreAdded(String name, int count, Errors error, int after) {
        Bench bench = Bench.of(1);
        bench.create("t", 3);
        assertThat(grow(
                        bench,
                        new CreatePartitionsTopic()
                                .setName(name)
                                .setCount(count)
                                .setAssignments(null)))
                .isEqualTo(error);
        assertThat(bench.topic("t").partitions()).hasSize(after);
        assertThat(bench.image.partitionCount()).isEqualTo(after);
    }

    @Test
    void addedPartitionsCanBeAssignedByHand() {
        Bench bench = Bench.of(2);
        bench.create("t", 1);
        CreatePartitionsTopic two = new CreatePartitionsTopic()
                .setName("t")
                .setCount(3)
                .setAssignments(List.of(
                        new CreatePartitionsAssignment().setBrokerIds(List.of(2)),
                        new CreatePartitionsAssignment().setBrokerIds(List.of(1))));
        assertThat(grow(bench, two.duplicate().setCount(4))).isEqualTo(Errors.INVALID_REPLICA_ASSIGNMENT);
        assertThat(grow(bench, two)).isEqualTo(Errors.NONE);
        assertThat(bench.topic("t").partitions().get(1).leader()).isEqualTo(2);
        assertThat(bench.topic("t").partitions().get(2).leader()).isEqualTo(1);
    }

    @Test
    void aTopicNamedTwiceIsRefusedAndValidateOnlyChangesNothing() {
        Bench bench = Bench.of(1);
        bench.create("t", 1);
        CreatePartitionsRequestData request = new CreatePartitionsRequestData();
        request.topics()
                .mustAdd(new CreatePartitionsTopic().setName("t").setCount(2).setAssignments(null));
        CreatePartitionsRequestData twice = request.duplicate();
        assertThat(bench.run(request.setValidateOnly(true), CreatePartitionsResponseData.class)
                        .results()
                        .getFirst()
                        .errorCode())
                .isZero();
        assertThat(bench.topic("t").partitions()).hasSize(1);
        try {
            twice.topics()
                    .mustAdd(
                            new CreatePartitionsTopic().setName("t").setCount(3).setAssignments(null));
        } catch (RuntimeException _) {
            return; // the message itself allows a name once
        }
        assertThat(bench.run(twice, CreatePartitionsResponseData.class).results())
                .singleElement()
                .satisfies(result -> assertThat(result.errorCode()).isEqualTo(Errors.INVALID_REQUEST.code()));
    }
}
