package io.kurier.broker.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BucketTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long WINDOW = 10 * SECOND;

    /// Any instant, also one that `nanoTime` begins to be negative at.
    private long nowNs = -5 * SECOND;

    private final Bucket bucket = new Bucket(1_000, WINDOW, nowNs);

    @Test
    void aWindowIsSavedUpAndNoMore() {
        assertThat(bucket.unitsPerWindow()).isEqualTo(10_000, within(1e-6));
        bucket.use(10_000, nowNs);
        assertThat(bucket.debtNs(nowNs)).isZero();
        bucket.use(500, nowNs);
        assertThat(bucket.debtNs(nowNs)).isEqualTo(SECOND / 2);

        nowNs += 1_000 * SECOND;
        assertThat(bucket.isFull(nowNs)).isTrue();
        bucket.use(11_000, nowNs);
        assertThat(bucket.debtNs(nowNs)).isEqualTo(SECOND);
    }

    @Test
    void debtsAreRemembered() {
        bucket.use(30_000, nowNs);
        assertThat(bucket.debtNs(nowNs)).isEqualTo(20 * SECOND);
        nowNs += 15 * SECOND;
        assertThat(bucket.debtNs(nowNs)).isEqualTo(5 * SECOND);
        bucket.use(1_000, nowNs);
        assertThat(bucket.debtNs(nowNs)).isEqualTo(6 * SECOND);
        assertThat(bucket.isFull(nowNs)).isFalse();
    }

    @Test
    void noDebtIsForEver() {
        bucket.use(Double.MAX_VALUE, nowNs);
        bucket.use(Double.MAX_VALUE, nowNs);
        assertThat(bucket.debtNs(nowNs)).isPositive().isLessThanOrEqualTo(Bucket.MAX_DEBT_NS);
        Bucket tiny = new Bucket(Double.MIN_VALUE, WINDOW, nowNs);
        tiny.use(1, nowNs);
        assertThat(tiny.debtNs(nowNs)).isPositive().isLessThanOrEqualTo(Bucket.MAX_DEBT_NS);
    }

    /// A client that waits as it is told, with requests of all sizes: behind the first window, any ten seconds carry
    /// the rate, to a few percent.
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void theRateIsHeld(long seed) {
        Random random = new Random(seed);
        bucket.use(10_000, nowNs);
        for (int span = 0; span < 20; span++) {
            long endNs = nowNs + 10 * SECOND;
            double used = 0;
            while (nowNs < endNs) {
                double size = 1 + random.nextInt(300);
                bucket.use(size, nowNs);
                used += size;
                nowNs += bucket.debtNs(nowNs) + random.nextInt(1_000);
            }
            assertThat(used).as("span %d of seed %d", span, seed).isBetween(9_600.0, 10_400.0);
        }
    }
}
