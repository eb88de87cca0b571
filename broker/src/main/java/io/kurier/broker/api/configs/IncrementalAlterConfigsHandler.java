package io.kurier.broker.api.configs;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.cluster.ControllerGateway;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData.AlterConfigsResourceResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/// IncrementalAlterConfigs (API 44, KIP-339): the controller changes settings one by one; what is not well-formed is
/// refused here. The answer names the resources in the order of the request.
public final class IncrementalAlterConfigsHandler implements ApiHandler<IncrementalAlterConfigsRequestData> {
    private final ControllerGateway controller;

    public IncrementalAlterConfigsHandler(ControllerGateway controller) {
        this.controller = controller;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.INCREMENTAL_ALTER_CONFIGS;
    }

    @Override
    public CompletableFuture<IncrementalAlterConfigsResponseData> handle(
            RequestContext context, IncrementalAlterConfigsRequestData request) {
        Map<ConfigResource, Integer> times = new HashMap<>();
        for (AlterConfigsResource resource : request.resources()) times.merge(key(resource), 1, Integer::sum);
        IncrementalAlterConfigsResponseData answer = new IncrementalAlterConfigsResponseData();
        IncrementalAlterConfigsRequestData forwarded =
                new IncrementalAlterConfigsRequestData().setValidateOnly(request.validateOnly());
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
                .thenApply(of -> merged(answer, open, (IncrementalAlterConfigsResponseData) of))
                .toCompletableFuture();
    }

    private static IncrementalAlterConfigsResponseData merged(
            IncrementalAlterConfigsResponseData answer,
            Map<ConfigResource, AlterConfigsResourceResponse> open,
            IncrementalAlterConfigsResponseData ofController) {
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
