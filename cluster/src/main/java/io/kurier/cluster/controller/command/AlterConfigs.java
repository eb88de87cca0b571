package io.kurier.cluster.controller.command;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.AlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.AlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.AlterConfigsResponseData;
import org.apache.kafka.common.message.AlterConfigsResponseData.AlterConfigsResourceResponse;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;

/// Replaces all settings of resources (API 33): what the request does not name is deleted. Each resource changes wholly
/// or not at all; the errors are those of [IncrementalAlterConfigs].
final class AlterConfigs implements Command<AlterConfigsRequestData, AlterConfigsResponseData> {
    @Override
    public Decision<AlterConfigsResponseData> decide(AlterConfigsRequestData request, Situation situation) {
        AlterConfigsResponseData response = new AlterConfigsResponseData();
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
                List<ApiMessage> changes = replace(resource, situation);
                situation.checkSize((long) records.size() + changes.size());
                records.addAll(changes);
            } catch (Refusal e) {
                result.setErrorCode(e.error().code()).setErrorMessage(e.reason());
            }
            response.responses().add(result);
        }
        return request.validateOnly() ? Decision.unchanged(response) : new Decision<>(response, records);
    }

    private static List<ApiMessage> replace(AlterConfigsResource resource, Situation situation) throws Refusal {
        ConfigChanges changes = ConfigChanges.of(resource.resourceType(), resource.resourceName(), situation);
        Set<String> names = new HashSet<>();
        for (AlterableConfig config : resource.configs()) {
            if (!names.add(config.name())) {
                throw new Refusal(Errors.INVALID_REQUEST, "Error due to duplicate config keys");
            }
            if (config.value() == null) {
                throw new Refusal(Errors.INVALID_REQUEST, "Null value not supported for : " + config.name());
            }
            changes.set(config.name(), config.value());
        }
        changes.deleteOthers();
        return changes.records();
    }
}
