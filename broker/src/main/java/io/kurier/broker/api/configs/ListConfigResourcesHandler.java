package io.kurier.broker.api.configs;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.cluster.ClusterView;
import io.kurier.cluster.image.ClusterImage;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.ListConfigResourcesRequestData;
import org.apache.kafka.common.message.ListConfigResourcesResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/// ListConfigResources (API 74; KIP-714, 1142): which resources settings can be described of. Topics and brokers are
/// all listed; groups and metrics subscriptions where something is set.
///
/// UNSUPPORTED_VERSION answers a type that is not known, and in version 0 any but metrics subscriptions.
public final class ListConfigResourcesHandler implements ApiHandler<ListConfigResourcesRequestData> {
    private static final Set<ConfigResource.Type> TYPES = new LinkedHashSet<>(List.of(
            ConfigResource.Type.TOPIC,
            ConfigResource.Type.BROKER,
            ConfigResource.Type.BROKER_LOGGER,
            ConfigResource.Type.CLIENT_METRICS,
            ConfigResource.Type.GROUP));

    private final ClusterView cluster;

    public ListConfigResourcesHandler(ClusterView cluster) {
        this.cluster = cluster;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.LIST_CONFIG_RESOURCES;
    }

    @Override
    public CompletableFuture<ListConfigResourcesResponseData> handle(
            RequestContext context, ListConfigResourcesRequestData request) {
        ListConfigResourcesResponseData answer = new ListConfigResourcesResponseData();
        Set<ConfigResource.Type> allowed = context.version() == 0 ? Set.of(ConfigResource.Type.CLIENT_METRICS) : TYPES;
        Set<ConfigResource.Type> asked = new LinkedHashSet<>();
        for (byte id : request.resourceTypes()) asked.add(ConfigResource.Type.forId(id));
        if (!allowed.containsAll(asked))
            return CompletableFuture.completedFuture(answer.setErrorCode(Errors.UNSUPPORTED_VERSION.code()));
        ClusterImage image = cluster.image();
        for (ConfigResource.Type type : asked.isEmpty() ? allowed : asked)
            names(type, image)
                    .sorted()
                    .forEach(name -> answer.configResources()
                            .add(new ListConfigResourcesResponseData.ConfigResource()
                                    .setResourceType(type.id())
                                    .setResourceName(name)));
        return CompletableFuture.completedFuture(answer);
    }

    private static Stream<String> names(ConfigResource.Type type, ClusterImage image) {
        return switch (type) {
            case TOPIC -> image.topicsByName().keySet().stream();
            case BROKER, BROKER_LOGGER -> image.brokers().keySet().stream().map(id -> Integer.toString(id));
            case CLIENT_METRICS, GROUP ->
                image.configs().keySet().stream()
                        .filter(resource -> resource.type() == type)
                        .map(ConfigResource::name);
            case UNKNOWN -> Stream.empty();
        };
    }
}
