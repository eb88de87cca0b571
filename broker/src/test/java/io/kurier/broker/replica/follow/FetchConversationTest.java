package io.kurier.broker.replica.follow;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.broker.replica.follow.FetchConversation.Key;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// What a follower says in a fetch session (KIP-227).
class FetchConversationTest {
    private static final Key ONE = new Key(new Uuid(1, 1), 0);
    private static final Key OTHER = new Key(new Uuid(1, 1), 1);

    private static final int WAIT_MS = 500;

    private final FetchConversation conversation = new FetchConversation();

    private FetchRequestData ask() {
        FetchRequestData request = new FetchRequestData().setMaxWaitMs(WAIT_MS);
        conversation.ask(request);
        return request;
    }

    private static FetchResponseData answer(int session) {
        return new FetchResponseData().setSessionId(session);
    }

    private void want(Key key, long offset) {
        conversation.put(key, new FetchPartition().setPartition(key.partition()).setFetchOffset(offset));
    }

    @Test
    void saysEverythingOnceAndThenWhatChanges() {
        want(ONE, 5);
        want(OTHER, 7);
        FetchRequestData first = ask();
        assertThat(first.sessionEpoch()).isZero();
        assertThat(first.topics().getFirst().partitions()).hasSize(2);
        assertThat(conversation.answered(answer(42))).isTrue();
        want(OTHER, 8);
        FetchRequestData second = ask();
        assertThat(second.sessionId()).isEqualTo(42);
        assertThat(second.sessionEpoch()).isEqualTo(1);
        assertThat(second.topics().getFirst().partitions()).hasSize(1);
    }

    /// Two requests of a session were under way when it was lost: the answer to the second is no answer to the one that
    /// opens the next session.
    @Test
    void aLateAnswerOpensNoSession() {
        want(ONE, 5);
        ask();
        conversation.answered(answer(42));
        want(ONE, 6);
        ask();
        want(ONE, 7);
        ask();
        assertThat(conversation.answered(
                        new FetchResponseData().setErrorCode(Errors.FETCH_SESSION_ID_NOT_FOUND.code())))
                .isFalse();
        assertThat(conversation.answered(answer(42))).isTrue();
        FetchRequestData next = ask();
        assertThat(next.sessionEpoch()).isZero();
        assertThat(next.topics().getFirst().partitions()).hasSize(1);
        conversation.answered(answer(43));
        assertThat(ask().sessionId()).isEqualTo(43);
    }

    @Test
    void withoutASessionEverythingIsSaidAgain() {
        want(ONE, 5);
        ask();
        conversation.answered(answer(0));
        assertThat(ask().topics().getFirst().partitions()).hasSize(1);
    }

    /// Partitions that come while it waits could not be asked for: after a fail-over they come one after the other.
    @Test
    void theLeaderDoesNotWaitBeforeThereIsASession() {
        want(ONE, 5);
        assertThat(ask().maxWaitMs()).isZero();
        want(OTHER, 7);
        conversation.answered(answer(42));
        assertThat(ask().maxWaitMs()).isEqualTo(WAIT_MS);
        conversation.restart();
        assertThat(ask().maxWaitMs()).isZero();
    }

    @Test
    void aLeaderThatKeepsNoSessionsIsNotAskedWithoutEnd() {
        want(ONE, 5);
        ask();
        conversation.answered(answer(0));
        assertThat(ask().maxWaitMs()).isEqualTo(WAIT_MS);
        conversation.answered(answer(0));
        assertThat(ask().maxWaitMs()).isEqualTo(WAIT_MS);
    }
}
