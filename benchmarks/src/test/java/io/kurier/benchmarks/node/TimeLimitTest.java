package io.kurier.benchmarks.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class TimeLimitTest {
    private final IOException failure = new IOException("the node is gone");

    @Test
    void endsWhatTakesTooLongAndSaysSo() throws InterruptedException {
        var ended = new CountDownLatch(1);
        try (var limit = new TimeLimit(0, ended::countDown)) {
            ended.await();
            assertThat(limit.explain(failure)).hasMessage("took more than 0 s").hasCause(failure);
        }
    }

    @Test
    void leavesOtherFailuresAlone() {
        try (var limit = new TimeLimit(1_000, () -> {})) {
            assertThat(limit.explain(failure)).isSameAs(failure);
        }
    }
}
