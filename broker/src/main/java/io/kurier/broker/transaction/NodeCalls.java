package io.kurier.broker.transaction;

import io.kurier.broker.replica.follow.LeaderCalls;
import io.kurier.cluster.ClusterView;
import io.kurier.cluster.image.BrokerImage;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.errors.BrokerNotAvailableException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersion;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/// Requests to other nodes in the highest version that both know. A node is asked for its versions once for each of
/// its registrations. Safe for use by several threads.
public final class NodeCalls {
    private static final long TIMEOUT_MS = 10_000;

    private final ClusterView cluster;
    private final LeaderCalls calls;
    private final Map<Integer, Known> known = new ConcurrentHashMap<>();

    private record Known(BrokerImage broker, ApiVersionsResponseData versions) {}

    public NodeCalls(ClusterView cluster, LeaderCalls calls) {
        this.cluster = cluster;
        this.calls = calls;
    }

    /// Asks a node; fails if it cannot be reached, or does not know the API in a version that this node knows. On any
    /// thread, which must not be held up.
    ///
    /// @param answer the class of the answer
    public <A extends ApiMessage> CompletableFuture<A> ask(int nodeId, ApiMessage request, Class<A> answer) {
        ApiKeys key = ApiKeys.forId(request.apiKey());
        return versions(nodeId).thenCompose(versions -> send(nodeId, request, version(nodeId, key, versions), answer));
    }

    private <A extends ApiMessage> CompletableFuture<A> send(
            int nodeId, ApiMessage request, short version, Class<A> answer) {
        return calls.send(nodeId, request, version, TIMEOUT_MS).thenApply(received -> {
            try (received) {
                return answer.cast(received.message());
            }
        });
    }

    private static short version(int nodeId, ApiKeys key, ApiVersionsResponseData versions) {
        ApiVersion theirs = versions.apiKeys().find(key.id);
        if (theirs == null || theirs.maxVersion() < key.oldestVersion() || theirs.minVersion() > key.latestVersion()) {
            throw new UnsupportedVersionException("Node " + nodeId + " does not know " + key);
        }
        return (short) Math.min(key.latestVersion(), theirs.maxVersion());
    }

    @SuppressWarnings("ReferenceEquality") // another registration is another object
    private CompletableFuture<ApiVersionsResponseData> versions(int nodeId) {
        @Nullable BrokerImage broker = cluster.image().broker(nodeId);
        if (broker == null) {
            return CompletableFuture.failedFuture(
                    new BrokerNotAvailableException("Node " + nodeId + " is not part of the cluster"));
        }
        Known last = known.get(nodeId);
        if (last != null && last.broker() == broker) {
            return CompletableFuture.completedFuture(last.versions());
        }
        return send(nodeId, new ApiVersionsRequestData(), (short) 0, ApiVersionsResponseData.class)
                .thenApply(versions -> {
                    known.put(nodeId, new Known(broker, versions));
                    return versions;
                });
    }
}
