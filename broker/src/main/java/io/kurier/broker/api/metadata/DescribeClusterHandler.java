package io.kurier.broker.api.metadata;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.cluster.ClusterView;
import io.kurier.cluster.ControllerGateway;
import io.kurier.cluster.image.BrokerImage;
import io.kurier.cluster.image.ClusterImage;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.DescribeClusterRequestData;
import org.apache.kafka.common.message.DescribeClusterResponseData;
import org.apache.kafka.common.message.DescribeClusterResponseData.DescribeClusterBroker;
import org.apache.kafka.common.message.DescribeQuorumRequestData;
import org.apache.kafka.common.message.DescribeQuorumResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/// DescribeCluster: the brokers and where this client reaches them (KIP-700), fenced ones as well if it wants them
/// (KIP-1073); or the controllers, on any listener (KIP-919).
public final class DescribeClusterHandler implements ApiHandler<DescribeClusterRequestData> {
    private static final byte BROKERS = 1;
    private static final byte CONTROLLERS = 2;
    private static final DescribeQuorumRequestData METADATA_LOG = new DescribeQuorumRequestData()
            .setTopics(List.of(new DescribeQuorumRequestData.TopicData()
                    .setTopicName("__cluster_metadata")
                    .setPartitions(List.of(new DescribeQuorumRequestData.PartitionData().setPartitionIndex(0)))));

    private final ClusterView cluster;
    private final ControllerGateway controller;
    private final NodeAddresses addresses;

    /// @param controller knows the voters
    public DescribeClusterHandler(ClusterView cluster, ControllerGateway controller, NodeAddresses addresses) {
        this.cluster = cluster;
        this.controller = controller;
        this.addresses = addresses;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.DESCRIBE_CLUSTER;
    }

    @Override
    public boolean mayBlock(DescribeClusterRequestData request) {
        return false;
    }

    @Override
    public CompletableFuture<DescribeClusterResponseData> handle(
            RequestContext context, DescribeClusterRequestData request) {
        return switch (request.endpointType()) {
            case BROKERS -> CompletableFuture.completedFuture(brokers(context, request));
            case CONTROLLERS -> controllers();
            default -> CompletableFuture.completedFuture(unknown(request.endpointType()));
        };
    }

    private DescribeClusterResponseData brokers(RequestContext context, DescribeClusterRequestData request) {
        ClusterImage image = cluster.image();
        DescribeClusterResponseData answer = new DescribeClusterResponseData().setClusterId(image.clusterId());
        for (BrokerImage broker : image.brokers().values()) {
            NodeAddresses.Address address = addresses.of(context, broker);
            if (address == null || (broker.fenced() && !request.includeFencedBrokers())) {
                continue;
            }
            answer.brokers()
                    .add(new DescribeClusterBroker()
                            .setBrokerId(broker.id())
                            .setHost(address.host())
                            .setPort(address.port())
                            .setRack(broker.rack())
                            .setIsFenced(broker.fenced()));
            if (answer.controllerId() < 0 && !broker.fenced()) {
                answer.setControllerId(broker.id());
            }
        }
        if (request.includeClusterAuthorizedOperations()) {
            answer.setClusterAuthorizedOperations(AuthorizedOperations.CLUSTER);
        }
        return answer;
    }

    /// The voters as the leader of the metadata log knows them.
    private CompletableFuture<DescribeClusterResponseData> controllers() {
        return controller
                .submit(METADATA_LOG, ApiKeys.DESCRIBE_QUORUM.latestVersion())
                .toCompletableFuture()
                .thenApply(answer -> controllers((DescribeQuorumResponseData) answer));
    }

    private DescribeClusterResponseData controllers(DescribeQuorumResponseData quorum) {
        DescribeClusterResponseData answer = new DescribeClusterResponseData()
                .setClusterId(cluster.image().clusterId())
                .setEndpointType(CONTROLLERS)
                .setErrorCode(quorum.errorCode())
                .setErrorMessage(quorum.errorMessage());
        if (quorum.errorCode() == Errors.NONE.code()) {
            answer.setControllerId(
                    quorum.topics().getFirst().partitions().getFirst().leaderId());
            quorum.nodes().stream()
                    .filter(node -> !node.listeners().isEmpty())
                    .forEach(node -> answer.brokers().add(voter(node)));
        }
        return answer;
    }

    private static DescribeClusterBroker voter(DescribeQuorumResponseData.Node node) {
        DescribeQuorumResponseData.Listener at = node.listeners().iterator().next();
        return new DescribeClusterBroker()
                .setBrokerId(node.nodeId())
                .setHost(at.host())
                .setPort(at.port());
    }

    private static DescribeClusterResponseData unknown(byte type) {
        return new DescribeClusterResponseData()
                .setEndpointType(type)
                .setErrorCode(Errors.UNSUPPORTED_ENDPOINT_TYPE.code())
                .setErrorMessage("Endpoint type " + type + " is not known; 1 is for brokers, 2 for controllers.");
    }
}
