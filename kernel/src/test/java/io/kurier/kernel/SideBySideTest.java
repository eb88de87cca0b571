package io.kurier.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SideBySideTest {
    private static final List<Integer> ITEMS = IntStream.range(0, 100).boxed().toList();

    private final Threads threads = new SystemThreads();

    @Test
    void everyItemIsDoneWhenItReturns() {
        Set<Integer> done = ConcurrentHashMap.newKeySet();

        SideBySide.forEach(threads, ITEMS, done::add);

        assertThat(done).containsExactlyInAnyOrderElementsOf(ITEMS);
    }

    @Test
    void severalItemsAreInWorkAtATime() {
        CountDownLatch two = new CountDownLatch(2);

        SideBySide.forEach(threads, List.of(1, 2), _ -> {
            two.countDown();
            assertThat(awaitQuietly(two)).isTrue();
        });
    }

    @Test
    void theFirstFailureComesOutAfterAllWereTried() {
        Set<Integer> tried = ConcurrentHashMap.newKeySet();

        assertThatThrownBy(() -> SideBySide.forEach(threads, ITEMS, item -> {
                    tried.add(item);
                    if (item % 2 == 0) {
                        throw new IllegalStateException("on purpose");
                    }
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("on purpose");
        assertThat(tried).hasSize(ITEMS.size());
    }

    @Test
    void helpersThatNeverRunAreNotWaitedFor() {
        Deque<Runnable> helpers = new ArrayDeque<>();
        Set<Integer> done = ConcurrentHashMap.newKeySet();

        SideBySide.forEach(new Parked(helpers), ITEMS, done::add);

        assertThat(done).hasSize(ITEMS.size());
        assertThat(helpers).isNotEmpty();
        helpers.forEach(Runnable::run);
    }

    private static boolean awaitQuietly(CountDownLatch latch) {
        try {
            return latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private record Parked(Deque<Runnable> tasks) implements Threads {
        @Override
        public Executor slow() {
            return tasks::add;
        }

        @Override
        public Executor serial(String name) {
            return tasks::add;
        }

        @Override
        public Executor blocking(String name) {
            return tasks::add;
        }
    }
}
