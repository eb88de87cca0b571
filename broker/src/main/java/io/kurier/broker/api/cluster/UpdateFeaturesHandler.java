package io.kurier.broker.api.cluster;

import org.apache.kafka.common.message.UpdateFeaturesRequestData;
import org.apache.kafka.common.message.UpdateFeaturesResponseData;
import org.apache.kafka.common.protocol.ApiKeys;

/// UpdateFeatures: the controller changes the finalised levels of features (KIP-584); ApiVersions shows them.
public final class UpdateFeaturesHandler extends ForwardedApi<UpdateFeaturesRequestData, UpdateFeaturesResponseData> {
    public UpdateFeaturesHandler(ControllerCalls controller) {
        super(
                ApiKeys.UPDATE_FEATURES,
                UpdateFeaturesResponseData.class,
                UpdateFeaturesRequestData::timeoutMs,
                controller);
    }
}
