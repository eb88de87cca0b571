package io.kurier.broker.replica;

import org.apache.kafka.common.protocol.Errors;

/// Told once what became of an append. Called on any thread; must be quick.
@FunctionalInterface
public interface CommitListener {
    /// `NONE` when the append is committed; otherwise it is not known whether it will be: REQUEST_TIMED_OUT,
    /// KAFKA_STORAGE_ERROR or NOT_LEADER_OR_FOLLOWER.
    void done(Errors outcome);
}
