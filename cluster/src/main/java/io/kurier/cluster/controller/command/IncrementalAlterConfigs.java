package io.kurier.cluster.controller.command;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData.AlterConfigsResourceResponse;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;

/// Sets, deletes, appends to and subtracts from single settings (API 44, KIP-339). Each resource changes wholly or not
/// at all.
///
/// Errors of a resource: INVALID_CONFIG, INVALID_REQUEST (a resource or a setting twice, an unknown operation or
/// resource type, no value), UNKNOWN_TOPIC_OR_PARTITION, BROKER_ID_NOT_REGISTERED, INVALID_TOPIC_EXCEPTION.
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
        List<ApiMessage> records = new ArrayList<>();
        Set<ConfigResource> seen = new HashSet<>();
        for (AlterConfigsResource resource : request.resources()) {
            AlterConfigsResourceResponse result = new AlterConfigsResourceResponse()
                    .setResourceType(resource.resourceType())
                    .setResourceName(resource.resourceName());
            try {
                if (!seen.add(new ConfigResource(
                        ConfigResource.Type.forId(resource.resourceType()), resource.resourceName()))) {
                    throw new Refusal(Errors.INVALID_REQUEST, "Each resource must appear at most once.");
                }
                List<ApiMessage> changes = alter(resource, situation);
                situation.checkSize((long) records.size() + changes.size());
                records.addAll(changes);
            } catch (Refusal e) {
                result.setErrorCode(e.error().code()).setErrorMessage(e.reason());
            }
            response.responses().add(result);
        }
        return request.validateOnly() ? Decision.unchanged(response) : new Decision<>(response, records);
    }

    private static List<ApiMessage> alter(AlterConfigsResource resource, Situation situation) throws Refusal {
        ConfigChanges changes = ConfigChanges.of(resource.resourceType(), resource.resourceName(), situation);
        Set<String> names = new HashSet<>();
        for (AlterableConfig config : resource.configs()) {
            if (!names.add(config.name())) {
                throw new Refusal(Errors.INVALID_REQUEST, "Error due to duplicate config keys");
            }
            String value = config.value();
            if (value == null && config.configOperation() != DELETE) {
                throw new Refusal(Errors.INVALID_REQUEST, "Null value not supported for : " + config.name());
            }
            String given = value == null ? "" : value;
            switch (config.configOperation()) {
                case SET -> changes.set(config.name(), given);
                case DELETE -> changes.delete(config.name());
                case APPEND -> changes.append(config.name(), given);
                case SUBTRACT -> changes.subtract(config.name(), given);
                default ->
                    throw new Refusal(
                            Errors.INVALID_REQUEST,
                            "Unknown operation type " + config.configOperation() + ": 0 sets, 1 deletes,"
                                    + " 2 appends, 3 subtracts.");
            }
        }
        return changes.records();
    }
}
