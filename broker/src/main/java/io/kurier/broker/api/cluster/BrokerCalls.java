package io.kurier.broker.api.cluster;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.cluster.KRaftCluster;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/// One API of those by which brokers talk to the active controller (KIP-631, KIP-497, KIP-730, KIP-858), as Apache
/// Kafka's brokers send them: without an Envelope.
public final class BrokerCalls implements ApiHandler<ApiMessage> {
    private final ApiKeys key;
    private final KRaftCluster cluster;

    private BrokerCalls(ApiKeys key, KRaftCluster cluster) {
        this.key = key;
        this.cluster = cluster;
    }

    /// All of them.
    public static List<ApiHandler<?>> all(KRaftCluster cluster) {
        return Stream.<ApiKeys>of(
                        ApiKeys.BROKER_REGISTRATION,
                        ApiKeys.BROKER_HEARTBEAT,
                        ApiKeys.ALTER_PARTITION,
                        ApiKeys.ALLOCATE_PRODUCER_IDS,
                        ApiKeys.ASSIGN_REPLICAS_TO_DIRS)
                .<ApiHandler<?>>map(key -> new BrokerCalls(key, cluster))
                .toList();
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
    public CompletableFuture<? extends ApiMessage> handle(RequestContext context, ApiMessage request) {
        return cluster.ofBroker(request, context.version(), context.line()).toCompletableFuture();
    }
}
