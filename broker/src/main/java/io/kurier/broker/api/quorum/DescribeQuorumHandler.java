package io.kurier.broker.api.quorum;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.cluster.ControllerGateway;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DescribeQuorumRequestData;
import org.apache.kafka.common.message.DescribeQuorumResponseData;
import org.apache.kafka.common.message.DescribeQuorumResponseData.NodeCollection;
import org.apache.kafka.common.protocol.ApiKeys;

/// DescribeQuorum: the voters and observers of the metadata log and how far each is (KIP-595, KIP-853).
public final class DescribeQuorumHandler implements ApiHandler<DescribeQuorumRequestData> {
    private static final int FIRST_WITH_DIRECTORIES_AND_NODES = 2;

    private final ControllerGateway controller;

    public DescribeQuorumHandler(ControllerGateway controller) {
        this.controller = controller;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.DESCRIBE_QUORUM;
    }

    @Override
    public boolean mayBlock(DescribeQuorumRequestData request) {
        return false;
    }

    @Override
    public CompletableFuture<DescribeQuorumResponseData> handle(
            RequestContext context, DescribeQuorumRequestData request) {
        return controller
                .submit(request, context.version())
                .toCompletableFuture()
                .thenApply(answer -> fitting(context.version(), (DescribeQuorumResponseData) answer));
    }

    /// Older versions cannot carry what newer ones know.
    private static DescribeQuorumResponseData fitting(short version, DescribeQuorumResponseData answer) {
        if (version >= FIRST_WITH_DIRECTORIES_AND_NODES) {
            return answer;
        }
        answer.setNodes(new NodeCollection());
        answer.topics().stream()
                .flatMap(topic -> topic.partitions().stream())
                .flatMap(partition -> Stream.concat(partition.currentVoters().stream(), partition.observers().stream()))
                .forEach(replica -> replica.setReplicaDirectoryId(Uuid.ZERO_UUID));
        return answer;
    }
}
