package io.kurier.broker.api.cluster;

import org.apache.kafka.common.message.UnregisterBrokerRequestData;
import org.apache.kafka.common.message.UnregisterBrokerResponseData;
import org.apache.kafka.common.protocol.ApiKeys;

/// UnregisterBroker: the controller takes a node out of the cluster; one that runs stops by itself.
public final class UnregisterBrokerHandler
        extends ForwardedApi<UnregisterBrokerRequestData, UnregisterBrokerResponseData> {
    public UnregisterBrokerHandler(ControllerCalls controller) {
        super(
                ApiKeys.UNREGISTER_BROKER,
                UnregisterBrokerResponseData.class,
                request -> ControllerCalls.TIMEOUT_MS,
                controller);
    }
}
