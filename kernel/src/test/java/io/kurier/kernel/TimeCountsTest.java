package io.kurier.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TimeCountsTest {
    @Test
    void everyTimeLiesInTheFirstBucketWhoseBoundItDoesNotExceed() {
        TimeCounts counts = new TimeCounts();
        counts.add(0);
        counts.add(500_000);
        counts.add(500_001);
        counts.add(6_000_000_000L);

        assertThat(IntStream.range(0, TimeCounts.size()).mapToLong(counts::count))
                .containsExactly(2L, 1L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 1L);
        assertThat(counts.totalNs()).isEqualTo(6_001_000_001L);
        assertThat(IntStream.range(0, TimeCounts.size() - 1).mapToLong(TimeCounts::boundNs))
                .isSorted();
    }
}
