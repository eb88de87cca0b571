package io.kurier.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SystemThreadsTest {
    private final Threads threads = new SystemThreads();

    @Test
    void slowTasksRunSideBySideOnVirtualThreads() throws InterruptedException {
        CountDownLatch bothRun = new CountDownLatch(2);
        AtomicBoolean virtual = new AtomicBoolean();
        for (int i = 0; i < 2; i++) {
            threads.slow().execute(() -> {
                virtual.set(Thread.currentThread().isVirtual());
                bothRun.countDown();
                awaitQuietly(bothRun);
            });
        }

        assertThat(bothRun.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(virtual).isTrue();
    }

    @Test
    void aSerialExecutorRunsOneAtATimeInOrder() throws InterruptedException {
        int callers = 4;
        int each = 5_000;
        Executor serial = threads.serial("serial");
        AtomicInteger running = new AtomicInteger();
        AtomicBoolean overlapped = new AtomicBoolean();
        CountDownLatch done = new CountDownLatch(callers * each);
        List<List<Integer>> seen = IntStream.range(0, callers)
                .mapToObj(_ -> (List<Integer>) new ArrayList<Integer>())
                .toList();
        for (int c = 0; c < callers; c++) {
            List<Integer> mine = seen.get(c);
            threads.slow()
                    .execute(() -> IntStream.range(0, each)
                            .forEach(i -> serial.execute(() -> {
                                if (running.incrementAndGet() != 1) {
                                    overlapped.set(true);
                                }
                                mine.add(i);
                                running.decrementAndGet();
                                done.countDown();
                            })));
        }

        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(overlapped).isFalse();
        List<Integer> inOrder = IntStream.range(0, each).boxed().toList();
        assertThat(seen).allSatisfy(mine -> assertThat(mine).isEqualTo(inOrder));
    }

    @Test
    void aBlockingExecutorRunsInOrderOnAPlatformThreadOfItsOwn() throws InterruptedException {
        Executor blocking = threads.blocking("blocking");
        List<Thread> ranOn = new ArrayList<>();
        List<Integer> order = new ArrayList<>();
        CountDownLatch done = new CountDownLatch(100);
        for (int i = 0; i < 100; i++) {
            int number = i;
            blocking.execute(() -> {
                ranOn.add(Thread.currentThread());
                order.add(number);
                done.countDown();
                if (number == 50) {
                    throw new IllegalStateException("on purpose");
                }
            });
        }

        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(ranOn.stream().distinct())
                .singleElement()
                .satisfies(thread -> assertThat(thread.isVirtual()).isFalse())
                .satisfies(thread -> assertThat(thread.isDaemon()).isTrue());
        assertThat(order).isEqualTo(IntStream.range(0, 100).boxed().toList());
    }

    @Test
    void aTaskThatThrowsDoesNotStopTheQueue() throws InterruptedException {
        Executor serial = threads.serial("serial");
        CountDownLatch done = new CountDownLatch(1);
        serial.execute(() -> {
            throw new IllegalStateException("on purpose");
        });
        serial.execute(() -> {
            throw new AssertionError("on purpose");
        });
        serial.execute(done::countDown);
        threads.slow().execute(() -> {
            throw new IllegalStateException("on purpose");
        });

        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aTaskMayHandInAnother() throws InterruptedException {
        Executor serial = threads.serial("serial");
        CountDownLatch done = new CountDownLatch(1);
        serial.execute(() -> serial.execute(done::countDown));

        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
