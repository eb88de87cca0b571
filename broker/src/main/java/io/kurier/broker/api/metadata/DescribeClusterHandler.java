package io.kurier.broker.api.metadata;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.cluster.ClusterView;
import io.kurier.cluster.image.BrokerImage;
import io.kurier.cluster.image.ClusterImage;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.DescribeClusterRequestData;
import org.apache.kafka.common.message.DescribeClusterResponseData;
import org.apache.kafka.common.message.DescribeClusterResponseData.DescribeClusterBroker;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/// DescribeCluster: the brokers and where this client reaches them (KIP-700), fenced ones as well if it wants them
/// (KIP-1073).
public final class DescribeClusterHandler implements ApiHandler<DescribeClusterRequestData> {
    private static final byte BROKERS = 1;
    private static final byte CONTROLLERS = 2;

    private final ClusterView cluster;
    private final NodeAddresses addresses;

    public DescribeClusterHandler(ClusterView cluster, NodeAddresses addresses) {
        this.cluster = cluster;
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
        return CompletableFuture.completedFuture(
                request.endpointType() == BROKERS ? brokers(context, request) : otherEndpoints(request.endpointType()));
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

    private static DescribeClusterResponseData otherEndpoints(byte type) {
        Errors error = type == CONTROLLERS ? Errors.MISMATCHED_ENDPOINT_TYPE : Errors.UNSUPPORTED_ENDPOINT_TYPE;
        String message = type == CONTROLLERS
                ? "This is a broker's listener; ask a controller's for controllers."
                : "Endpoint type " + type + " is not known; 1 is for brokers, 2 for controllers.";
        return new DescribeClusterResponseData()
                .setEndpointType(type)
                .setErrorCode(error.code())
                .setErrorMessage(message);
    }
}
