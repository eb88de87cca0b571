package io.kurier.broker.replica.follow;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.log.Origin;
import io.kurier.protocol.records.Batches;
import io.kurier.protocol.records.InvalidBatchException;
import io.kurier.protocol.records.NewRecord;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchRequestData.ReplicaState;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// When a leader answers a follower: the test is node 2, and follows node 1.
class FollowerRestTest {
    private static final int ONE_RECORD_BYTES = Batches.of(List.of(record())).remaining();

    private final Random random = new Random(1);
    private final SimController controller = new SimController(random);
    private final SimCalls calls = new SimCalls(random, _ -> leader());
    private final SimNode node = new SimNode(1, 1, controller, calls.from(1), 1);
    private int sessionId;
    private int sessionEpoch;

    private SimNode leader() {
        return node;
    }

    private static NewRecord record() {
        return new NewRecord(1, ByteBuffer.allocate(8).putLong(0, 7), null);
    }

    @BeforeEach
    void follow() throws InvalidBatchException {
        calls.lostPerMille = 0;
        controller.join(1);
        controller.join(2);
        controller.create(List.of(1, 2), 1);
        node.start();
        controller.tell(1);
        node.lead();
        produce();
        FetchResponseData first = answered(fetch(0));
        sessionId = first.sessionId();
        assertThat(sessionId).isPositive();
        assertThat(records(first)).isEqualTo(1);
    }

    private void produce() throws InvalidBatchException {
        node.lead().append(Batches.of(List.of(record())), Origin.CLIENT);
    }

    private long brokerEpoch() {
        return Objects.requireNonNull(controller.view(1).image().broker(2)).epoch();
    }

    private CompletableFuture<FetchResponseData> fetch(long offset) {
        FetchRequestData request = new FetchRequestData()
                .setReplicaState(new ReplicaState().setReplicaId(2).setReplicaEpoch(brokerEpoch()))
                .setSessionId(sessionId)
                .setSessionEpoch(sessionEpoch++)
                .setMaxBytes(10_000)
                .setMinBytes(1)
                .setMaxWaitMs(240_000)
                .setTopics(List.of(new FetchTopic()
                        .setTopicId(SimController.TOPIC)
                        .setPartitions(List.of(new FetchPartition()
                                .setFetchOffset(offset)
                                .setCurrentLeaderEpoch(0)
                                .setLogStartOffset(0)
                                .setLastFetchedEpoch(offset == 0 ? -1 : 0)
                                .setPartitionMaxBytes(10_000)))));
        CompletableFuture<FetchResponseData> received = calls.from(2)
                .send(1, request, ApiKeys.FETCH.latestVersion(), 500)
                .thenApply(answer -> (FetchResponseData) answer.message());
        settle();
        return received;
    }

    /// Lets everything happen that needs no time.
    private void settle() {
        boolean more = true;
        while (more) {
            more = node.sim.threads().runOne() | calls.deliver();
        }
    }

    private void after(Duration time) {
        node.sim.clock().advance(time);
        settle();
    }

    private FetchResponseData answered(CompletableFuture<FetchResponseData> answer) {
        settle();
        assertThat(answer).isDone();
        return answer.join();
    }

    private static int records(FetchResponseData answer) {
        return answer.responses().getFirst().partitions().getFirst().records().sizeInBytes() / ONE_RECORD_BYTES;
    }

    /// The follower comes back after so long, and finds a record that it has to wait for.
    private CompletableFuture<FetchResponseData> restsAfter(Duration away) throws InvalidBatchException {
        after(away);
        produce();
        CompletableFuture<FetchResponseData> answer = fetch(1);
        assertThat(answer).isNotDone();
        return answer;
    }

    @Test
    void aRecordThatIsAloneOnItsWayIsNotHeldUp() throws InvalidBatchException {
        after(Duration.ofMillis(4));
        CompletableFuture<FetchResponseData> answer = fetch(1);
        assertThat(answer).isNotDone();
        produce();
        assertThat(records(answered(answer))).isEqualTo(1);
    }

    @Test
    void whoFindsSomethingRestsHalfAsLongAsItWasAway() throws InvalidBatchException {
        CompletableFuture<FetchResponseData> answer = restsAfter(Duration.ofMillis(4));
        after(Duration.ofMillis(1));
        produce();
        settle();
        assertThat(answer).isNotDone();
        after(Duration.ofMillis(1));
        assertThat(records(answered(answer))).isEqualTo(2);
    }

    @Test
    void andFiveMillisecondsAtMost() throws InvalidBatchException {
        CompletableFuture<FetchResponseData> answer = restsAfter(Duration.ofSeconds(1));
        after(Duration.ofMillis(4));
        assertThat(answer).isNotDone();
        after(Duration.ofMillis(1));
        assertThat(records(answered(answer))).isEqualTo(1);
    }

    @Test
    void anotherRequestEndsTheRest() throws InvalidBatchException {
        CompletableFuture<FetchResponseData> answer = restsAfter(Duration.ofMillis(4));
        assertThat(answer).isNotDone();
        fetch(1);
        assertThat(records(answered(answer))).isEqualTo(1);
    }
}
