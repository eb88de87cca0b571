package io.kurier.coordinator.runtime;

/// One request to a shard: changes the machine, or reads it, and says what follows.
///
/// @param <M> the shard's machine
/// @param <A> the answer
@FunctionalInterface
public interface ShardEvent<M extends ShardMachine, A> {
    /// Runs on the shard's thread. The ticket is answered through `out`, now or by a later event.
    void run(M machine, Ticket<A> ticket, Moment now, Effects out);
}
