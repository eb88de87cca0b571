package io.kurier.coordinator.share;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Batches of state against a map that has every offset.
class StateBatchesTest {
    private static StateBatch batch(long first, long last, int state, int count) {
        return new StateBatch(first, last, (byte) state, (short) count);
    }

    @Test
    void theLastWordHolds() {
        List<StateBatch> known = List.of(batch(0, 9, 0, 1));
        assertThat(StateBatches.combine(known, List.of(batch(3, 5, 2, 1)), 0))
                .containsExactly(batch(0, 2, 0, 1), batch(3, 5, 2, 1), batch(6, 9, 0, 1));
    }

    @Test
    void neighboursThatAreAlikeAreOne() {
        List<StateBatch> known = List.of(batch(0, 2, 2, 1), batch(6, 9, 2, 1));
        assertThat(StateBatches.combine(known, List.of(batch(3, 5, 2, 1)), 0)).containsExactly(batch(0, 9, 2, 1));
        assertThat(StateBatches.combine(known, List.of(batch(3, 5, 2, 2)), 0)).hasSize(3);
    }

    @Test
    void nothingIsKeptBelowTheStart() {
        List<StateBatch> known = List.of(batch(0, 4, 2, 1), batch(6, 9, 0, 1));
        assertThat(StateBatches.combine(known, List.of(), 7)).containsExactly(batch(7, 9, 0, 1));
    }

    @Test
    void anyHistoryEndsAsTheMapDoes() {
        for (int seed = 0; seed < 3_000; seed++) {
            Random random = new Random(seed);
            TreeMap<Long, List<Integer>> map = new TreeMap<>();
            List<StateBatch> batches = List.of();
            long start = 0;
            for (int step = 0; step < 12; step++) {
                List<StateBatch> news = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    long first = random.nextInt(40);
                    StateBatch one = batch(first, first + random.nextInt(8), random.nextInt(3), random.nextInt(2));
                    news.add(one);
                    for (long offset = one.firstOffset(); offset <= one.lastOffset(); offset++) {
                        map.put(offset, List.of((int) one.deliveryState(), (int) one.deliveryCount()));
                    }
                }
                start += random.nextInt(3);
                map.headMap(start).clear();
                batches = StateBatches.combine(batches, news, start);
            }
            TreeMap<Long, List<Integer>> found = new TreeMap<>();
            StateBatch before = null;
            for (StateBatch one : batches) {
                for (long offset = one.firstOffset(); offset <= one.lastOffset(); offset++) {
                    assertThat(found.put(offset, List.of((int) one.deliveryState(), (int) one.deliveryCount())))
                            .as("seed %d: offset %d is said once", seed, offset)
                            .isNull();
                }
                if (before != null && before.lastOffset() + 1 == one.firstOffset()) {
                    assertThat(before.isLike(one)).as("seed %d", seed).isFalse();
                }
                before = one;
            }
            assertThat(found).as("seed %d", seed).isEqualTo(map);
        }
    }
}
