package io.kurier.broker.replica.follow;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.broker.replica.Partition;
import io.kurier.log.Origin;
import io.kurier.log.PartitionLog;
import io.kurier.protocol.records.Batches;
import io.kurier.protocol.records.InvalidBatchException;
import io.kurier.protocol.records.NewRecord;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a consumer gets that reads from node 2, which follows node 1 (KIP-392).
class FollowerReadsTest {
    private static final int CONSUMER = 0;
    private static final int ANY_EPOCH = -1;

    private final Random random = new Random(1);
    private final SimController controller = new SimController(random);
    private final List<SimNode> nodes = new ArrayList<>();
    private final SimCalls calls = new SimCalls(random, id -> nodes.get(id - 1));

    @BeforeEach
    void start() throws InvalidBatchException {
        calls.lostPerMille = 0;
        for (int id = 1; id <= 2; id++) {
            nodes.add(new SimNode(id, id, controller, calls.from(id), 1));
            controller.join(id);
        }
        controller.create(List.of(1, 2), 1);
        nodes.forEach(SimNode::start);
        produce();
        until("the follower knows what is committed", () -> followersHighWatermark() == 1);
    }

    private void produce() throws InvalidBatchException {
        Partition led = nodes.getFirst().lead();
        led.append(Batches.of(List.of(new NewRecord(1, ByteBuffer.allocate(8).putLong(0, 7), null))), Origin.CLIENT);
    }

    private long followersHighWatermark() {
        PartitionLog log = nodes.getLast().log();
        return log == null ? -1 : log.highWatermark();
    }

    private void until(String what, BooleanSupplier condition) {
        for (int i = 0; !condition.getAsBoolean(); i++) {
            assertThat(i).as(what).isLessThan(100_000);
            nodes.forEach(node -> node.sim.threads().runOne());
            nodes.forEach(node -> controller.tell(node.id));
            calls.deliver();
            nodes.forEach(node -> node.sim.clock().advance(Duration.ofMillis(1)));
        }
    }

    private CompletableFuture<PartitionData> ask(long offset, int leaderEpoch, int maxWaitMs) {
        FetchRequestData request = new FetchRequestData()
                .setMaxBytes(10_000)
                .setMinBytes(1)
                .setMaxWaitMs(maxWaitMs)
                .setTopics(List.of(new FetchTopic()
                        .setTopicId(SimController.TOPIC)
                        .setPartitions(List.of(new FetchPartition()
                                .setFetchOffset(offset)
                                .setCurrentLeaderEpoch(leaderEpoch)
                                .setPartitionMaxBytes(10_000)))));
        return calls.from(CONSUMER)
                .send(2, request, ApiKeys.FETCH.latestVersion(), 500)
                .thenApply(answer -> ((FetchResponseData) answer.message())
                        .responses()
                        .getFirst()
                        .partitions()
                        .getFirst());
    }

    private PartitionData fetch(long offset, int leaderEpoch) {
        CompletableFuture<PartitionData> answer = ask(offset, leaderEpoch, 0);
        until("the answer", answer::isDone);
        return answer.join();
    }

    private Errors error(long offset, int leaderEpoch) {
        return Errors.forCode(fetch(offset, leaderEpoch).errorCode());
    }

    @Test
    void whatIsCommittedAsFarAsItKnows() {
        PartitionData answer = fetch(0, 0);
        assertThat(answer.errorCode()).isZero();
        assertThat(answer.records().sizeInBytes()).isPositive();
        assertThat(answer.highWatermark()).isEqualTo(1);
        assertThat(answer.preferredReadReplica()).isEqualTo(-1);
        assertThat(fetch(1, 0).records().sizeInBytes()).isZero();
        assertThat(error(1, 0)).isEqualTo(Errors.NONE);
        assertThat(error(2, 0)).isEqualTo(Errors.OFFSET_OUT_OF_RANGE);
    }

    @Test
    void aFetchThatWaitsIsAnsweredWhenMoreIsCommitted() throws InvalidBatchException {
        CompletableFuture<PartitionData> answer = ask(1, 0, 240_000);
        until("it waits", () -> nodes.getLast().sim.threads().waiting().isEmpty());
        assertThat(answer).isNotDone();
        long before = nodes.getLast().sim.clock().nanos();
        produce();
        until("the answer", answer::isDone);
        assertThat(answer.join().records().sizeInBytes()).isPositive();
        assertThat(Duration.ofNanos(nodes.getLast().sim.clock().nanos() - before))
                .isLessThan(Duration.ofSeconds(200));
    }

    @Test
    void nothingWhenItIsNotInSync() {
        controller.fence(2);
        until("it is out", () -> !controller.partition().isr().contains(2));
        until("it knows", () -> !controller.tell(2));
        assertThat(error(0, ANY_EPOCH)).isEqualTo(Errors.OFFSET_NOT_AVAILABLE);
    }

    @Test
    void whereNobodyLeadsItSaysThatItDoesNot() {
        controller.fence(1);
        controller.fence(2);
        assertThat(controller.partition().hasLeader()).isFalse();
        nodes.getLast().kill(false);
        nodes.getLast().start();
        until("it knows", () -> !controller.tell(2));
        assertThat(error(1, ANY_EPOCH)).isEqualTo(Errors.NOT_LEADER_OR_FOLLOWER);
    }

    @Test
    void theWordOfTheEpochFirst() {
        assertThat(error(0, 9)).isEqualTo(Errors.UNKNOWN_LEADER_EPOCH);
        controller.elect(2);
        controller.elect(1);
        int epoch = controller.partition().leaderEpoch();
        assertThat(epoch).as("two leaders later").isPositive();
        until("it follows again", () -> error(0, epoch) == Errors.NONE);
        assertThat(error(0, 0)).isEqualTo(Errors.FENCED_LEADER_EPOCH);
    }
}
