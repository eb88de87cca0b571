package io.kurier.broker.api.telemetry;

import io.kurier.broker.api.ClientSoftware;
import io.kurier.broker.api.RequestContext;
import io.kurier.cluster.config.definition.ClientMatch;
import java.util.Objects;

/// What a subscription can tell clients by.
///
/// @param clientId what the client calls itself, cut to 200 characters; may be empty
/// @param sourceAddress such as `127.0.0.1`
record ClientAttributes(String clientId, ClientSoftware software, String sourceAddress, int sourcePort) {
    private static final int MAX_CHARS = 200;

    static ClientAttributes of(RequestContext context) {
        String clientId = Objects.requireNonNullElse(context.clientId(), "");
        return new ClientAttributes(
                clientId.length() <= MAX_CHARS ? clientId : clientId.substring(0, MAX_CHARS),
                context.software(),
                context.remote().getAddress().getHostAddress(),
                context.remote().getPort());
    }

    /// One of them as text.
    ///
    /// @param instanceId the client's instance
    String get(ClientMatch.Attribute attribute, String instanceId) {
        return switch (attribute) {
            case CLIENT_INSTANCE_ID -> instanceId;
            case CLIENT_ID -> clientId;
            case CLIENT_SOFTWARE_NAME -> software.name();
            case CLIENT_SOFTWARE_VERSION -> software.version();
            case CLIENT_SOURCE_ADDRESS -> sourceAddress;
            case CLIENT_SOURCE_PORT -> String.valueOf(sourcePort);
        };
    }
}
