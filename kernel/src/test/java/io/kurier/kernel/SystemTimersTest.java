package io.kurier.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SystemTimersTest {
    private static final long MS = 1_000_000;
    private final SystemTimers timers = new SystemTimers("test-timers");

    @AfterEach
    void close() {
        timers.close();
    }

    @Test
    void runsInOrderOfTimeOnOneDaemonThread() throws InterruptedException {
        List<String> ran = new CopyOnWriteArrayList<>();
        List<Thread> thread = new CopyOnWriteArrayList<>();
        CountDownLatch done = new CountDownLatch(1);
        timers.after(2_000 * MS, () -> {
            ran.add("third");
            done.countDown();
        });
        timers.after(1_000 * MS, () -> ran.add("second"));
        timers.after(-5, () -> {
            ran.add("first");
            thread.add(Thread.currentThread());
        });

        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(ran).containsExactly("first", "second", "third");
        assertThat(thread.getFirst().isDaemon()).isTrue();
        assertThat(thread.getFirst().getName()).isEqualTo("test-timers");
    }

    @Test
    void neverRunsEarly() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        long start = System.nanoTime();
        timers.after(20 * MS, done::countDown);

        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(20 * MS);
    }

    @Test
    void aCancelledTaskNeverRunsAndOnlyOneCancelCounts() throws InterruptedException {
        AtomicBoolean ran = new AtomicBoolean();
        CountDownLatch hold = new CountDownLatch(1);
        CountDownLatch later = new CountDownLatch(1);
        timers.after(0, () -> awaitQuietly(hold));
        Timers.Timer timer = timers.after(0, () -> ran.set(true));
        timers.after(0, later::countDown);

        assertThat(timer.cancel()).isTrue();
        assertThat(timer.cancel()).isFalse();
        hold.countDown();
        assertThat(later.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(ran).isFalse();
    }

    @Test
    void aStartedTaskCannotBeCancelled() throws InterruptedException {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch finish = new CountDownLatch(1);
        Timers.Timer timer = timers.after(0, () -> {
            started.countDown();
            awaitQuietly(finish);
        });

        assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(timer.cancel()).isFalse();
        finish.countDown();
    }

    @Test
    void aTaskThatThrowsDisturbsNoOther() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        timers.after(0, () -> {
            throw new IllegalStateException("on purpose");
        });
        timers.after(0, () -> {
            throw new AssertionError("on purpose");
        });
        timers.after(1, done::countDown);

        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void nothingRunsAfterClosing() throws InterruptedException {
        AtomicBoolean ran = new AtomicBoolean();
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        timers.after(0, () -> {
            started.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                ended.countDown();
            }
        });
        timers.after(0, () -> ran.set(true));
        assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();
        timers.close();
        Timers.Timer late = timers.after(0, () -> ran.set(true));

        assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
        CountDownLatch others = new CountDownLatch(1);
        try (SystemTimers other = new SystemTimers("others")) {
            other.after(10 * MS, others::countDown);
            assertThat(others.await(20, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(ran).isFalse();
        assertThat(late.cancel()).isFalse();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
