package io.kurier.coordinator.runtime;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.kafka.common.protocol.Errors;

/// Someone who waits for one answer. A state machine only keeps it and names it in [Effects]; the runtime sees to it
/// that it is answered exactly once, also when the shard goes away.
///
/// @param <A> the answer
public final class Ticket<A> {
    private final CompletableFuture<A> future = new CompletableFuture<>();
    private final Function<Errors, A> refusal;

    /// @param refusal makes the answer for an error that concerns the request as a whole
    public Ticket(Function<Errors, A> refusal) {
        this.refusal = refusal;
    }

    /// Completes with the answer; never fails.
    public CompletableFuture<A> answer() {
        return future;
    }

    void complete(A answer) {
        if (!future.complete(answer)) {
            throw new IllegalStateException("answered twice");
        }
    }

    void refuse(Errors error) {
        complete(refusal.apply(error));
    }
}
