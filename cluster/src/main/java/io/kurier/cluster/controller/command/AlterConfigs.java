package io.kurier.cluster.controller.command;

import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.AlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.AlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.AlterConfigsResponseData;
import org.apache.kafka.common.message.AlterConfigsResponseData.AlterConfigsResourceResponse;
import org.apache.kafka.common.protocol.Errors;

/// Replaces all settings of resources (API 33): what the request does not name is deleted. See [ConfigRequest] for the
/// errors.
final class AlterConfigs implements Command<AlterConfigsRequestData, AlterConfigsResponseData> {
    @Override
    public Decision<AlterConfigsResponseData> decide(AlterConfigsRequestData request, Situation situation) {
        AlterConfigsResponseData response = new AlterConfigsResponseData();
        ConfigRequest changes =
                new ConfigRequest(situation, request.resources().stream().map(AlterConfigs::key));
        for (AlterConfigsResource resource : request.resources()) {
            AlterConfigsResourceResponse result = new AlterConfigsResourceResponse()
                    .setResourceType(resource.resourceType())
                    .setResourceName(resource.resourceName());
            Refusal refusal = changes.change(key(resource), settings -> replace(resource, settings));
            if (refusal != null) {
                result.setErrorCode(refusal.error().code()).setErrorMessage(refusal.reason());
            }
            response.responses().add(result);
        }
        return changes.decision(response, request.validateOnly());
    }

    private static ConfigResource key(AlterConfigsResource resource) {
        return ConfigRequest.resource(resource.resourceType(), resource.resourceName());
    }

    private static void replace(AlterConfigsResource resource, ConfigChanges settings) throws Refusal {
        for (AlterableConfig config : resource.configs()) {
            if (config.value() == null) {
                throw new Refusal(Errors.INVALID_REQUEST, "Null value not supported for : " + config.name());
            }
            settings.set(config.name(), config.value());
        }
        settings.deleteOthers();
    }
}
