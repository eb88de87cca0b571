package io.kurier.cluster.controller.command;

import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData.AlterConfigsResourceResponse;
import org.apache.kafka.common.protocol.Errors;

/// Sets, deletes, appends to and subtracts from single settings (API 44, KIP-339). See [ConfigRequest] for the errors;
/// an unknown operation, or none where a value is needed, is INVALID_REQUEST.
final class IncrementalAlterConfigs
        implements Command<IncrementalAlterConfigsRequestData, IncrementalAlterConfigsResponseData> {
    private static final byte SET = 0;
    private static final byte DELETE = 1;
    private static final byte APPEND = 2;
    private static final byte SUBTRACT = 3;

    @Override
    public Decision<IncrementalAlterConfigsResponseData> decide(
            IncrementalAlterConfigsRequestData request, Situation situation) {
        IncrementalAlterConfigsResponseData response = new IncrementalAlterConfigsResponseData();
        ConfigRequest changes =
                new ConfigRequest(situation, request.resources().stream().map(IncrementalAlterConfigs::key));
        for (AlterConfigsResource resource : request.resources()) {
            AlterConfigsResourceResponse result = new AlterConfigsResourceResponse()
                    .setResourceType(resource.resourceType())
                    .setResourceName(resource.resourceName());
            Refusal refusal = changes.change(key(resource), settings -> alter(resource, settings));
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

    private static void alter(AlterConfigsResource resource, ConfigChanges settings) throws Refusal {
        for (AlterableConfig config : resource.configs()) {
            String value = config.value();
            if (value == null && config.configOperation() != DELETE) {
                throw new Refusal(Errors.INVALID_REQUEST, "Null value not supported for : " + config.name());
            }
            String given = value == null ? "" : value;
            switch (config.configOperation()) {
                case SET -> settings.set(config.name(), given);
                case DELETE -> settings.delete(config.name());
                case APPEND -> settings.append(config.name(), given);
                case SUBTRACT -> settings.subtract(config.name(), given);
                default ->
                    throw new Refusal(
                            Errors.INVALID_REQUEST,
                            "Unknown operation type " + config.configOperation() + ": 0 sets, 1 deletes,"
                                    + " 2 appends, 3 subtracts.");
            }
        }
    }
}
