package io.kurier.broker.api.records;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.broker.api.records.FetchPlan.PartitionKey;
import io.kurier.broker.api.records.FetchPlan.Wanted;
import io.kurier.protocol.records.Batches;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// Incremental fetch sessions (KIP-227): epochs, changes, what counts as news, and room for new sessions.
class FetchSessionTest {
    private static final Uuid TOPIC = Uuid.randomUuid();
    private final FetchSession session = new FetchSession(7, true);

    private static PartitionKey key(int partition) {
        return new PartitionKey(TOPIC, "", partition);
    }

    private static Wanted wanted(int partition) {
        return new Wanted(key(partition), 0, 1 << 20, -1, -1, -1);
    }

    private static PartitionData data(int partition, long highWatermark, int bytes) {
        return new PartitionData()
                .setPartitionIndex(partition)
                .setHighWatermark(highWatermark)
                .setLogStartOffset(0)
                .setRecords(Batches.inMemory(ByteBuffer.allocate(bytes)));
    }

    @Test
    void epochsMustComeInOrder() {
        assertThat(session.takeEpoch(2)).isFalse();
        assertThat(session.takeEpoch(1)).isTrue();
        assertThat(session.takeEpoch(1)).isFalse();
        assertThat(session.takeEpoch(2)).isTrue();
    }

    @Test
    void changesAreKeptAndForgotten() {
        session.update(List.of(wanted(0), wanted(1), wanted(2)), List.of());
        session.update(List.of(new Wanted(key(1), 55, 10, 3, 2, -1)), List.of(key(0)));

        assertThat(session.wanted()).containsExactly(new Wanted(key(1), 55, 10, 3, 2, -1), wanted(2));
    }

    @Test
    void onlyNewsIsTold() {
        session.update(List.of(wanted(0), wanted(1), wanted(2)), List.of());
        List<Wanted> all = session.wanted();
        assertThat(session.news(all, List.of(data(0, 5, 0), data(1, 5, 0), data(2, 5, 0)), true))
                .hasSize(3);

        assertThat(session.news(all, List.of(data(0, 5, 0), data(1, 5, 0), data(2, 5, 0)), false))
                .isEmpty();
        assertThat(session.news(all, List.of(data(0, 5, 0), data(1, 6, 0), data(2, 5, 9)), false))
                .containsOnlyKeys(key(1), key(2));
        PartitionData failed = data(0, 5, 0).setErrorCode(Errors.NOT_LEADER_OR_FOLLOWER.code());
        assertThat(session.news(all, List.of(failed, data(1, 6, 0), data(2, 5, 0)), false))
                .containsOnlyKeys(key(0));
    }

    @Test
    void whoHadRecordsGoesToTheEnd() {
        session.update(List.of(wanted(0), wanted(1), wanted(2)), List.of());
        List<Wanted> all = session.wanted();
        assertThat(session.news(all, List.of(data(0, 5, 9), data(1, 5, 0), data(2, 5, 0)), false))
                .isNotEmpty();
        assertThat(session.wanted()).containsExactly(wanted(1), wanted(2), wanted(0));
    }

    @Test
    void theSessionUsedLongestAgoMakesRoom() {
        FetchSessions sessions = new FetchSessions(2, new Random(1));
        FetchSession first = Objects.requireNonNull(sessions.create(true));
        FetchSession second = Objects.requireNonNull(sessions.create(true));
        assertThat(sessions.find(first.id())).isSameAs(first);
        FetchSession third = Objects.requireNonNull(sessions.create(true));

        assertThat(sessions.find(second.id())).isNull();
        assertThat(sessions.find(first.id())).isSameAs(first);
        assertThat(sessions.find(third.id())).isSameAs(third);
        assertThat(new FetchSessions(0, new Random(1)).create(true)).isNull();
    }

    /// A client may send one more request before it has the answer to the last one.
    @Test
    void aRequestWasSentAfterTheAnswerToTheOneBeforeTheLast() {
        int first = session.begin();
        assertThat(session.sentAfter(first)).isZero();
        session.answered(first, 11);
        int second = session.begin();
        assertThat(session.sentAfter(second)).as("perhaps before 11").isZero();
        int third = session.begin();
        assertThat(session.sentAfter(third)).isEqualTo(11);
        session.answered(second, 12);
        session.answered(third, 13);
        assertThat(session.sentAfter(session.begin())).isEqualTo(12);
        assertThat(session.sentAfter(session.begin())).isEqualTo(13);
        assertThat(session.sentAfter(session.begin()))
                .as("the fourth is not answered yet")
                .isZero();
    }
}
