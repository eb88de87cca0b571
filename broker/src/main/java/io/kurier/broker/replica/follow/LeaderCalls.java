package io.kurier.broker.replica.follow;

import io.kurier.cluster.peer.PeerAnswer;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.protocol.ApiMessage;

/// The way to the nodes that lead. Safe for use by several threads.
@FunctionalInterface
public interface LeaderCalls {
    /// Sends a request to a node and completes with the answer, which the caller closes; on any thread, which must not
    /// be held up. Answers of one node come in the order of the requests.
    ///
    /// @param version of the request's API
    /// @param timeoutMs after so long it fails
    CompletableFuture<PeerAnswer> send(int nodeId, ApiMessage request, short version, long timeoutMs);
}
