package io.kurier.broker.api.configs;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.cluster.ControllerGateway;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.AlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.AlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.AlterConfigsResponseData;
import org.apache.kafka.common.message.AlterConfigsResponseData.AlterConfigsResourceResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/// AlterConfigs (API 33, KIP-133): the controller replaces all settings of a resource; what is not well-formed is
/// refused here. The answer names the resources in the order of the request.
public final class AlterConfigsHandler implements ApiHandler<AlterConfigsRequestData> {
    private final ControllerGateway controller;

    public AlterConfigsHandler(ControllerGateway controller) {
        this.controller = controller;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.ALTER_CONFIGS;
    }

    @Override
    public CompletableFuture<AlterConfigsResponseData> handle(RequestContext context, AlterConfigsRequestData request) {
        Map<ConfigResource, Integer> times = new HashMap<>();
        for (AlterConfigsResource resource : request.resources()) times.merge(key(resource), 1, Integer::sum);
        AlterConfigsResponseData answer = new AlterConfigsResponseData();
        AlterConfigsRequestData forwarded = new AlterConfigsRequestData().setValidateOnly(request.validateOnly());
        Map<ConfigResource, AlterConfigsResourceResponse> open = new HashMap<>();
        for (AlterConfigsResource resource : request.resources()) {
            AlterConfigsResourceResponse result = new AlterConfigsResourceResponse()
                    .setResourceType(resource.resourceType())
                    .setResourceName(resource.resourceName());
            answer.responses().add(result);
            Optional<String> problem = ChangeChecks.problem(
                    key(resource),
                    times.getOrDefault(key(resource), 1),
                    resource.configs().stream().map(AlterableConfig::name).toList());
            if (problem.isPresent()) {
                result.setErrorCode(Errors.INVALID_REQUEST.code()).setErrorMessage(problem.get());
            } else {
                forwarded.resources().add(resource.duplicate());
                open.put(key(resource), result);
            }
        }
        if (open.isEmpty()) return CompletableFuture.completedFuture(answer);
        return controller
                .submit(forwarded, context.version())
                .thenApply(of -> merged(answer, open, (AlterConfigsResponseData) of))
                .toCompletableFuture();
    }

    private static AlterConfigsResponseData merged(
            AlterConfigsResponseData answer,
            Map<ConfigResource, AlterConfigsResourceResponse> open,
            AlterConfigsResponseData ofController) {
        for (AlterConfigsResourceResponse of : ofController.responses()) {
            ConfigResource resource =
                    new ConfigResource(ConfigResource.Type.forId(of.resourceType()), of.resourceName());
            AlterConfigsResourceResponse result = open.remove(resource);
            if (result != null) result.setErrorCode(of.errorCode()).setErrorMessage(of.errorMessage());
        }
        open.values().forEach(unanswered -> unanswered.setErrorCode(Errors.UNKNOWN_SERVER_ERROR.code()));
        return answer;
    }

    private static ConfigResource key(AlterConfigsResource resource) {
        return new ConfigResource(ConfigResource.Type.forId(resource.resourceType()), resource.resourceName());
    }
}
