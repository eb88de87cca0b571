package io.kurier.broker.api.cluster;

import org.apache.kafka.common.message.ElectLeadersRequestData;
import org.apache.kafka.common.message.ElectLeadersResponseData;
import org.apache.kafka.common.protocol.ApiKeys;

/// ElectLeaders: the controller lets preferred replicas lead again, or any replica where there is no leader (KIP-460).
public final class ElectLeadersHandler extends ForwardedApi<ElectLeadersRequestData, ElectLeadersResponseData> {
    public ElectLeadersHandler(ControllerCalls controller) {
        super(ApiKeys.ELECT_LEADERS, ElectLeadersResponseData.class, ElectLeadersRequestData::timeoutMs, controller);
    }
}
