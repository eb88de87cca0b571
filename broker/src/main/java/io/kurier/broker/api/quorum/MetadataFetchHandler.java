package io.kurier.broker.api.quorum;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.cluster.KRaftCluster;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/// Fetch: what a replica of the metadata log asks for goes to the quorum, everything else to the partitions.
public final class MetadataFetchHandler implements ApiHandler<FetchRequestData> {
    private final KRaftCluster cluster;
    private final ApiHandler<FetchRequestData> records;

    /// @param records serves all other topics
    public MetadataFetchHandler(KRaftCluster cluster, ApiHandler<FetchRequestData> records) {
        this.cluster = cluster;
        this.records = records;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.FETCH;
    }

    @Override
    public short minVersion() {
        return records.minVersion();
    }

    @Override
    public short maxVersion() {
        return records.maxVersion();
    }

    @Override
    public boolean mayBlock(FetchRequestData request) {
        return !isOfTheQuorum(request) && records.mayBlock(request);
    }

    @Override
    public CompletableFuture<? extends ApiMessage> handle(RequestContext context, FetchRequestData request) {
        return isOfTheQuorum(request)
                ? cluster.quorum(request, context.version()).toCompletableFuture()
                : records.handle(context, request);
    }

    private static boolean isOfTheQuorum(FetchRequestData request) {
        return request.topics().size() == 1
                && request.topics().getFirst().topicId().equals(Uuid.METADATA_TOPIC_ID)
                && (request.replicaState().replicaId() >= 0 || request.replicaId() >= 0);
    }
}
