package io.kurier.broker.compaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class SetbacksTest {
    private static final TopicPartition ONE = new TopicPartition("one", 0);
    private static final long FIRST_NS = TimeUnit.SECONDS.toNanos(15);

    private final Setbacks setbacks = new Setbacks();

    @Test
    void theWaitDoublesUpToHalfAnHourAndNeverEnds() {
        long nowNs = 7;
        long expectedNs = FIRST_NS;
        for (int i = 1; i <= 100; i++) {
            long againAtNs = setbacks.failed(ONE, "damaged", FIRST_NS, nowNs).againAtNs();
            assertThat(againAtNs - nowNs).isEqualTo(expectedNs);
            assertThat(setbacks.mayTry(ONE, againAtNs - 1)).isFalse();
            assertThat(setbacks.mayTry(ONE, againAtNs)).isTrue();
            nowNs = againAtNs;
            expectedNs = Math.min(expectedNs * 2, TimeUnit.MINUTES.toNanos(30));
        }
        assertThat(setbacks.size()).isEqualTo(1);
    }

    @Test
    void aSuccessEndsIt() {
        setbacks.failed(ONE, "damaged", FIRST_NS, 0);
        setbacks.over(ONE);
        assertThat(setbacks.mayTry(ONE, 1)).isTrue();
        assertThat(setbacks.size()).isZero();
        assertThat(setbacks.failed(ONE, "damaged", FIRST_NS, 0).againAtNs()).isEqualTo(FIRST_NS);
    }
}
