package io.kurier.broker.api.configs;

import io.kurier.broker.api.cluster.ControllerCalls;
import io.kurier.broker.api.cluster.ForwardedApi;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.AlterConfigsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;

/// AlterConfigs (API 33, KIP-133): the controller replaces all settings of resources.
public final class AlterConfigsHandler extends ForwardedApi<AlterConfigsRequestData, AlterConfigsResponseData> {
    public AlterConfigsHandler(ControllerCalls controller) {
        super(ApiKeys.ALTER_CONFIGS, AlterConfigsResponseData.class, request -> ControllerCalls.TIMEOUT_MS, controller);
    }
}
