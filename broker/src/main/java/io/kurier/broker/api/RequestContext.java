package io.kurier.broker.api;

import io.kurier.broker.quota.ClientQuota;
import io.kurier.coordinator.Caller;
import io.kurier.protocol.RequestHeader;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.kafka.common.protocol.ApiKeys;
import org.jspecify.annotations.Nullable;

/// Who asks, in which version, and by which way.
///
/// @param executor the connection's own thread, for work that goes on after a wait
/// @param local the address that the client came by
/// @param listenerName the listener that it came by
/// @param quota what the client may use
/// @param software what the client is made with
/// @param receivedNs when the request was there as a whole, by the monotonic clock
/// @param bytes size of the request's frame without its length
/// @param line completes when the connection is gone; the same object for all its requests
public record RequestContext(
        RequestHeader header,
        Executor executor,
        InetSocketAddress local,
        InetSocketAddress remote,
        String listenerName,
        ClientQuota quota,
        ClientSoftware software,
        long receivedNs,
        int bytes,
        CompletionStage<Void> line) {
    /// A request without limits, about whose client and arrival nothing more is known.
    public RequestContext(
            RequestHeader header,
            Executor executor,
            InetSocketAddress local,
            InetSocketAddress remote,
            String listenerName) {
        this(
                header,
                executor,
                local,
                remote,
                listenerName,
                ClientQuota.NONE,
                ClientSoftware.UNKNOWN,
                0,
                0,
                new CompletableFuture<>());
    }

    /// What is asked.
    public ApiKeys key() {
        return header.key();
    }

    /// The version of the request, and of its answer.
    public short version() {
        return header.version();
    }

    /// What the client calls itself; null if it does not.
    public @Nullable String clientId() {
        return header.clientId();
    }

    /// The client as coordinators know it.
    public Caller caller() {
        String clientId = clientId();
        return new Caller(version(), clientId == null ? "" : clientId, clientHost());
    }

    /// The client's address as group members and logs show it, such as `/127.0.0.1`.
    public String clientHost() {
        return "/" + remote.getAddress().getHostAddress();
    }
}
