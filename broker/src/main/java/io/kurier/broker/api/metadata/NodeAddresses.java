package io.kurier.broker.api.metadata;

import io.kurier.broker.api.RequestContext;
import io.kurier.cluster.image.BrokerImage;
import io.kurier.cluster.image.Endpoint;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The address of a node as a client should use it: what the node advertises on the client's listener, and for this
/// node, where nothing is set, the address that the client came by.
public final class NodeAddresses {
    /// A host and a port for a client to connect to.
    public record Address(String host, int port) {}

    private final int nodeId;
    private final Set<String> listenersWithAdvertisedAddress;

    /// @param listenersWithAdvertisedAddress the names of this node's listeners for which `advertised.listeners` is set
    public NodeAddresses(int nodeId, Set<String> listenersWithAdvertisedAddress) {
        this.nodeId = nodeId;
        this.listenersWithAdvertisedAddress = listenersWithAdvertisedAddress;
    }

    /// Null if the broker cannot be reached by the client's listener.
    public @Nullable Address of(RequestContext context, BrokerImage broker) {
        if (broker.id() == nodeId && !listenersWithAdvertisedAddress.contains(context.listenerName())) {
            return new Address(
                    context.local().getAddress().getHostAddress(),
                    context.local().getPort());
        }
        Endpoint endpoint = broker.endpoints().get(context.listenerName());
        return endpoint == null ? null : new Address(endpoint.host(), endpoint.port());
    }
}
