package io.kurier.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OneByOneTest {
    private final OneByOne turns = new OneByOne("turns");
    private final List<String> done = new ArrayList<>();

    @Test
    void aTaskRunsOnTheThreadThatBringsIt() {
        Thread[] ran = new Thread[1];
        turns.execute(() -> ran[0] = Thread.currentThread());
        assertThat(ran[0]).isSameAs(Thread.currentThread());
    }

    @Test
    void whatATaskBringsRunsAfterIt() {
        turns.execute(() -> {
            turns.execute(() -> done.add("second"));
            turns.execute(() -> done.add("third"));
            done.add("first");
        });
        assertThat(done).containsExactly("first", "second", "third");
    }

    @Test
    void aTaskThatFailsDisturbsNoOther() {
        turns.execute(() -> {
            turns.execute(() -> done.add("next"));
            throw new IllegalStateException("on purpose");
        });
        turns.execute(() -> done.add("last"));
        assertThat(done).containsExactly("next", "last");
    }

    @Test
    void aTaskForOtherThreadsKeepsItsPlace() {
        List<Runnable> handedOver = new ArrayList<>();
        turns.executeOn(handedOver::add, () -> done.add("slow"));
        turns.execute(() -> done.add("behind it"));
        assertThat(done).isEmpty();
        handedOver.forEach(Runnable::run);
        assertThat(handedOver).hasSize(1);
        assertThat(done).containsExactly("slow", "behind it");
    }

    @Test
    void neverTwoAtOnceAndEachCallersInOrder() throws InterruptedException {
        int callers = 4;
        int each = 5_000;
        AtomicInteger running = new AtomicInteger();
        AtomicBoolean overlapped = new AtomicBoolean();
        CountDownLatch all = new CountDownLatch(callers * each);
        List<List<Integer>> seen = new ArrayList<>();
        for (int caller = 0; caller < callers; caller++) {
            List<Integer> mine = new ArrayList<>();
            seen.add(mine);
            Thread.ofPlatform().start(() -> {
                for (int i = 0; i < each; i++) {
                    int number = i;
                    turns.execute(() -> {
                        overlapped.compareAndSet(false, running.incrementAndGet() != 1);
                        mine.add(number);
                        running.decrementAndGet();
                        all.countDown();
                    });
                }
            });
        }
        assertThat(all.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(overlapped).isFalse();
        assertThat(seen).allSatisfy(one -> assertThat(one).hasSize(each).isSorted());
    }
}
