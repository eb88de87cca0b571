package io.kurier.broker.metrics;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// How long metrics wait for a coordinator.
final class Waits {
    private static final long WAIT_MS = 2_000;

    private Waits() {}

    /// The answer, or null if there is none soon.
    static <T> @Nullable T answer(CompletableFuture<T> coming) {
        try {
            return coming.get(WAIT_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } catch (ExecutionException | TimeoutException notNow) {
            return null;
        }
    }
}
