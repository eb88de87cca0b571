package io.kurier.coordinator.group.pace;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.coordinator.runtime.Moment;
import org.junit.jupiter.api.Test;

class AssignmentPaceTest {
    private final AssignmentPace pace = new AssignmentPace();

    private int waitMs(long nowMs) {
        return pace.waitMs(1_000, 2, new Moment(nowMs, 0));
    }

    @Test
    void theFirstNeedNotWait() {
        assertThat(waitMs(5)).isZero();
    }

    @Test
    void theNextWaitsForTheRestOfTheInterval() {
        pace.made(new Moment(5, 0));
        assertThat(waitMs(5)).isEqualTo(1_000);
        assertThat(waitMs(1_004)).isEqualTo(1);
        assertThat(waitMs(1_005)).isZero();
        assertThat(waitMs(9_000)).isZero();
    }

    @Test
    void aChangedIntervalHoldsAtOnce() {
        pace.made(new Moment(5, 0));
        assertThat(pace.waitMs(0, 2, new Moment(6, 0))).isZero();
        assertThat(pace.waitMs(10_000, 2, new Moment(6, 0))).isEqualTo(9_999);
    }

    @Test
    void aSingleMemberWaitsForNobody() {
        pace.made(new Moment(5, 0));
        assertThat(pace.waitMs(1_000, 1, new Moment(6, 0))).isZero();
    }
}
