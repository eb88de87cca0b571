package io.kurier.broker.api;

import io.kurier.cluster.ClusterView;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.VersionRange;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersion;
import org.apache.kafka.common.message.ApiVersionsResponseData.FinalizedFeatureKey;
import org.apache.kafka.common.message.ApiVersionsResponseData.SupportedFeatureKey;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/// ApiVersions (KIP-35, KIP-584): which APIs and versions are served, and which features are supported
/// and finalised. Clients before version 4 take a lowest level of 0 for an error (KIP-1022), and are told 1.
public final class ApiVersionsHandler implements ApiHandler<ApiVersionsRequestData> {
    private static final int FIRST_WITH_LEVEL_ZERO = 4;

    private final ApiRegistry registry;
    private final ClusterView cluster;
    private final Map<String, VersionRange> supported;

    /// @param supported the levels of features that this node supports
    public ApiVersionsHandler(ApiRegistry registry, ClusterView cluster, Map<String, VersionRange> supported) {
        this.registry = registry;
        this.cluster = cluster;
        this.supported = supported;
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
        boolean knowsLevelZero = context.version() >= FIRST_WITH_LEVEL_ZERO;
        supported.forEach((name, levels) -> {
            if (knowsLevelZero || levels.max() > 0) {
                answer.supportedFeatures()
                        .add(new SupportedFeatureKey()
                                .setName(name)
                                .setMinVersion(knowsLevelZero ? levels.min() : (short) Math.max(1, levels.min()))
                                .setMaxVersion(levels.max()));
            }
        });
        ClusterImage image = cluster.image();
        image.finalizedFeatures()
                .forEach((name, level) -> answer.finalizedFeatures()
                        .add(new FinalizedFeatureKey()
                                .setName(name)
                                .setMinVersionLevel(level)
                                .setMaxVersionLevel(level)));
        answer.setFinalizedFeaturesEpoch(image.position().offset());
        return CompletableFuture.completedFuture(answer);
    }
}
