package io.kurier.broker.compaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CompactionPaceTest {
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    private final CompactionPace pace = new CompactionPace();

    @Test
    void threadsShareTheRate() {
        assertThat(pace.pauseNs(500, 1000, 0)).isEqualTo(SECOND_NS / 2);
        assertThat(pace.pauseNs(500, 1000, 0)).as("another thread").isEqualTo(SECOND_NS);
        assertThat(pace.pauseNs(1000, 1000, SECOND_NS / 2)).isEqualTo(SECOND_NS * 3 / 2);
    }

    @Test
    void restIsNotSavedUp() {
        pace.pauseNs(500, 1000, -SECOND_NS);
        assertThat(pace.pauseNs(500, 1000, 100 * SECOND_NS)).isEqualTo(SECOND_NS / 2);
    }

    @Test
    void withoutLimitNothingWaits() {
        assertThat(pace.pauseNs(1 << 30, Double.MAX_VALUE, 0)).isZero();
    }

    @Test
    void noPauseIsLongerThanAnHour() {
        assertThat(pace.pauseNs(1L << 60, 0, 0)).isEqualTo(TimeUnit.HOURS.toNanos(1));
    }
}
