package io.kurier.broker.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

class CommitQueueTest {
    private final CommitQueue queue = new CommitQueue();
    private final List<String> told = new ArrayList<>();

    private void add(long endOffset, long deadlineNs) {
        queue.add(endOffset, deadlineNs, outcome -> told.add(endOffset + " " + outcome));
    }

    @Test
    void whoIsReachedIsToldInTheOrderOfOffsets() {
        add(30, 100);
        add(10, 100);
        add(20, 100);
        queue.advance(20);
        assertThat(told).containsExactly("10 NONE", "20 NONE");
        queue.advance(29);
        assertThat(told).hasSize(2);
        queue.advance(30);
        assertThat(told).hasSize(3);
    }

    @Test
    void whoWaitedTooLongIsToldOnce() {
        add(10, 100);
        add(20, 200);
        queue.expire(100);
        assertThat(told).containsExactly("10 " + Errors.REQUEST_TIMED_OUT);
        queue.advance(20);
        assertThat(told).containsExactly("10 " + Errors.REQUEST_TIMED_OUT, "20 NONE");
    }

    @Test
    void deadlinesSurviveTheWrapOfTheClock() {
        add(10, Long.MIN_VALUE + 5);
        queue.expire(Long.MAX_VALUE);
        assertThat(told).isEmpty();
        queue.expire(Long.MIN_VALUE + 6);
        assertThat(told).hasSize(1);
    }

    @Test
    void aFailureIsToldToAll() {
        add(10, 100);
        add(20, 100);
        queue.fail(Errors.KAFKA_STORAGE_ERROR);
        assertThat(told).containsExactly("10 KAFKA_STORAGE_ERROR", "20 KAFKA_STORAGE_ERROR");
    }
}
