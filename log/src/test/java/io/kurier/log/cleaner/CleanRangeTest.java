package io.kurier.log.cleaner;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.log.cleaner.CleanRange.Bounds;
import io.kurier.log.cleaner.CleanRange.Lag;
import io.kurier.log.cleaner.CleanRange.Sealed;
import java.util.List;
import org.junit.jupiter.api.Test;

class CleanRangeTest {
    private static final long NOW_MS = 1_000_000;
    private static final Lag NO_LAG = new Lag(NOW_MS, 0, Long.MAX_VALUE);
    private static final List<Sealed> THREE =
            List.of(sealed(0, 10, 100, 1_000), sealed(10, 20, 200, 2_000), sealed(20, 40, 300, 3_000));

    private static Sealed sealed(long base, long next, long bytes, long ageMs) {
        return new Sealed(base, next, bytes, NOW_MS - ageMs, NOW_MS - ageMs);
    }

    private static CleanRange range(long cleanedTo, long start, long below) {
        return CleanRange.of(THREE, new Bounds(cleanedTo, start, below), NO_LAG);
    }

    @Test
    void everythingIsDirtyAtFirst() {
        CleanRange range = range(0, 0, 100);
        assertThat(range).isEqualTo(new CleanRange(0, 40, 0, 600, false));
        assertThat(range.dirtyRatio()).isEqualTo(1);
    }

    @Test
    void goesOnWhereTheLastPassEnded() {
        assertThat(range(10, 0, 100)).isEqualTo(new CleanRange(10, 40, 100, 500, false));
        assertThat(range(15, 0, 100)).as("inside a segment").isEqualTo(new CleanRange(15, 40, 100, 500, false));
        assertThat(range(40, 0, 100).dirtyBytes()).isZero();
    }

    @Test
    void leavesSegmentsThatReachBehindTheBound() {
        assertThat(range(0, 0, 39)).isEqualTo(new CleanRange(0, 20, 0, 300, false));
        assertThat(range(0, 0, 5)).isEqualTo(new CleanRange(0, 0, 0, 0, false));
    }

    @Test
    void beginsAtTheLogsStart() {
        assertThat(range(0, 12, 100).firstDirty()).isEqualTo(12);
    }

    @Test
    void whatWasCleanedBeforeTheLogWasCutDoesNotCount() {
        assertThat(range(90, 0, 50).firstDirty()).isZero();
    }

    @Test
    void youngSegmentsStayAndOldOnesAreOverdue() {
        Bounds bounds = new Bounds(0, 0, 100);
        List<Sealed> aging = List.of(sealed(0, 10, 100, 9_000), sealed(10, 20, 200, 500), sealed(20, 40, 300, 8_000));
        assertThat(CleanRange.of(aging, bounds, new Lag(NOW_MS, 600, Long.MAX_VALUE)))
                .as("not past the first young one")
                .isEqualTo(new CleanRange(0, 10, 0, 100, false));
        assertThat(CleanRange.of(aging, bounds, new Lag(NOW_MS, 0, 8_500)).isOverdue())
                .isTrue();
        assertThat(CleanRange.of(aging, new Bounds(10, 0, 100), new Lag(NOW_MS, 0, 8_500))
                        .isOverdue())
                .as("its old part is clean")
                .isFalse();
    }

    @Test
    void isDueByItsRatioOrItsAge() {
        CleanRange half = new CleanRange(0, 10, 100, 100, false);
        assertThat(half.isDue(0.5)).isTrue();
        assertThat(half.isDue(0.51)).isFalse();
        assertThat(new CleanRange(0, 10, 100, 1, true).isDue(1)).isTrue();
        assertThat(new CleanRange(0, 10, 100, 0, false).isDue(0)).isFalse();
    }
}
