package io.kurier.cluster.raft;

import io.kurier.kernel.Timers;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.raft.ExpirationService;

/// The kernel's timers as the engine wants them.
record RaftTimeouts(Timers timers) implements ExpirationService {
    @Override
    public <T> CompletableFuture<T> failAfter(long timeoutMs) {
        CompletableFuture<T> future = new CompletableFuture<>();
        Timers.Timer timer = timers.after(
                timeoutMs * 1_000_000,
                () -> future.completeExceptionally(new TimeoutException("Expired after " + timeoutMs + " ms")));
        future.whenComplete((value, error) -> timer.cancel());
        return future;
    }
}
