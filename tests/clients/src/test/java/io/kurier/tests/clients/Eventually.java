package io.kurier.tests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/// Waits for conditions.
final class Eventually {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(20);

    private Eventually() {}

    /// Waits for the end of a thread, also in a test that is being interrupted: it goes on with its clean-up.
    static void ended(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Asks until the answer is as expected; the last answer is in the failure.
    static <T> void equal(String what, T expected, Callable<T> actual) throws Exception {
        long deadlineNs = System.nanoTime() + TIMEOUT.toNanos();
        T answer = actual.call();
        while (!expected.equals(answer) && System.nanoTime() < deadlineNs) {
            LockSupport.parkNanos(PAUSE.toNanos());
            answer = actual.call();
        }
        assertThat(answer).as(what).isEqualTo(expected);
    }
}
