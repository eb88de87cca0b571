package io.kurier.broker.api;

import io.kurier.cluster.ClusterView;
import io.kurier.cluster.image.ClusterImage;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersion;
import org.apache.kafka.common.message.ApiVersionsResponseData.FinalizedFeatureKey;
import org.apache.kafka.common.message.ApiVersionsResponseData.SupportedFeatureKey;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/// ApiVersions (KIP-35, KIP-584): which APIs and versions are served, and which features are finalised.
public final class ApiVersionsHandler implements ApiHandler<ApiVersionsRequestData> {
    private final ApiRegistry registry;
    private final ClusterView cluster;

    public ApiVersionsHandler(ApiRegistry registry, ClusterView cluster) {
        this.registry = registry;
        this.cluster = cluster;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.API_VERSIONS;
    }

    @Override
    public boolean mayBlock(ApiVersionsRequestData request) {
        return false;
    }

    /// The ranges alone. Produce is advertised from version 0, though 0 - 2 are refused, because older librdkafka stops
    /// compressing otherwise (KAFKA-18659).
    static ApiVersionsResponseData ranges(ApiRegistry registry) {
        ApiVersionsResponseData data = new ApiVersionsResponseData();
        for (ApiHandler<?> handler : registry.all()) {
            data.apiKeys()
                    .add(new ApiVersion()
                            .setApiKey(handler.key().id)
                            .setMinVersion(handler.key() == ApiKeys.PRODUCE ? 0 : handler.minVersion())
                            .setMaxVersion(handler.maxVersion()));
        }
        return data;
    }

    @Override
    public CompletableFuture<ApiVersionsResponseData> handle(RequestContext context, ApiVersionsRequestData request) {
        if (context.version() >= 3 && !ClientSoftware.isValid(request)) {
            return CompletableFuture.completedFuture(
                    new ApiVersionsResponseData().setErrorCode(Errors.INVALID_REQUEST.code()));
        }
        ApiVersionsResponseData answer = ranges(registry);
        ClusterImage image = cluster.image();
        image.finalizedFeatures().forEach((name, level) -> {
            answer.supportedFeatures()
                    .add(new SupportedFeatureKey()
                            .setName(name)
                            .setMinVersion((short) 0)
                            .setMaxVersion(level));
            answer.finalizedFeatures()
                    .add(new FinalizedFeatureKey()
                            .setName(name)
                            .setMinVersionLevel(level)
                            .setMaxVersionLevel(level));
        });
        answer.setFinalizedFeaturesEpoch(image.position().offset());
        return CompletableFuture.completedFuture(answer);
    }
}
