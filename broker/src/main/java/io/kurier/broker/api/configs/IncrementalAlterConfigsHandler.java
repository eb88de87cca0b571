package io.kurier.broker.api.configs;

import io.kurier.broker.api.cluster.ControllerCalls;
import io.kurier.broker.api.cluster.ForwardedApi;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;

/// IncrementalAlterConfigs (API 44, KIP-339): the controller changes settings one by one.
public final class IncrementalAlterConfigsHandler
        extends ForwardedApi<IncrementalAlterConfigsRequestData, IncrementalAlterConfigsResponseData> {
    public IncrementalAlterConfigsHandler(ControllerCalls controller) {
        super(
                ApiKeys.INCREMENTAL_ALTER_CONFIGS,
                IncrementalAlterConfigsResponseData.class,
                request -> ControllerCalls.TIMEOUT_MS,
                controller);
    }
}
