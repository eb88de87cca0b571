package io.kurier.broker.api.quorum;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.cluster.KRaftCluster;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/// One API of those by which the voters and observers of the metadata log talk to each other (KIP-595, KIP-630,
/// KIP-853): this node's part of the quorum answers it.
public final class QuorumHandler implements ApiHandler<ApiMessage> {
    private final ApiKeys key;
    private final KRaftCluster cluster;

    private QuorumHandler(ApiKeys key, KRaftCluster cluster) {
        this.key = key;
        this.cluster = cluster;
    }

    /// All of them but Fetch, which has records of other topics as well.
    public static List<ApiHandler<?>> all(KRaftCluster cluster) {
        return Stream.<ApiKeys>of(
                        ApiKeys.VOTE,
                        ApiKeys.BEGIN_QUORUM_EPOCH,
                        ApiKeys.END_QUORUM_EPOCH,
                        ApiKeys.FETCH_SNAPSHOT,
                        ApiKeys.UPDATE_RAFT_VOTER)
                .<ApiHandler<?>>map(key -> new QuorumHandler(key, cluster))
                .toList();
    }

    /// Fetch of the metadata log alone, for a node that has no other topics yet.
    public static ApiHandler<?> fetch(KRaftCluster cluster) {
        return new QuorumHandler(ApiKeys.FETCH, cluster);
    }

    @Override
    public ApiKeys key() {
        return key;
    }

    @Override
    public boolean mayBlock(ApiMessage request) {
        return false;
    }

    @Override
    public CompletableFuture<ApiMessage> handle(RequestContext context, ApiMessage request) {
        return cluster.quorum(request, context.version()).toCompletableFuture();
    }
}
