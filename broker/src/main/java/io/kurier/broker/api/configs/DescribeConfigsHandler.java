package io.kurier.broker.api.configs;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.cluster.ClusterView;
import io.kurier.cluster.config.ConfigEntry;
import io.kurier.cluster.config.EffectiveConfig;
import io.kurier.cluster.config.definition.Setting;
import io.kurier.cluster.config.definition.Settings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData.DescribeConfigsResource;
import org.apache.kafka.common.message.DescribeConfigsResponseData;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResourceResult;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResult;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsSynonym;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// DescribeConfigs (API 32; KIP-133, 226, 569): which settings hold on topics, this broker, all brokers, groups and
/// metrics subscriptions, and where each value comes from.
///
/// Errors of a resource: UNKNOWN_TOPIC_OR_PARTITION, INVALID_TOPIC_EXCEPTION, INVALID_REQUEST (another broker, no name,
/// an unknown type).
public final class DescribeConfigsHandler implements ApiHandler<DescribeConfigsRequestData> {
    private final int nodeId;
    private final EffectiveConfig file;
    private final ClusterView cluster;
    private final GroupEvents events;

    /// @param file what is set in this node's file
    public DescribeConfigsHandler(int nodeId, EffectiveConfig file, ClusterView cluster, GroupEvents events) {
        this.events = events;
        this.nodeId = nodeId;
        this.file = file;
        this.cluster = cluster;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.DESCRIBE_CONFIGS;
    }

    @Override
    public CompletableFuture<DescribeConfigsResponseData> handle(
            RequestContext context, DescribeConfigsRequestData request) {
        ConfigDescriptions descriptions = new ConfigDescriptions(nodeId, file, cluster.image());
        List<CompletableFuture<DescribeConfigsResult>> results = new ArrayList<>();
        for (DescribeConfigsResource resource : request.resources())
            results.add(
                    EventsQuestion.isOne(resource)
                            ? EventsQuestion.answer(resource, events)
                            : CompletableFuture.completedFuture(describe(resource, request, descriptions)));
        return CompletableFuture.allOf(results.toArray(CompletableFuture<?>[]::new))
                .thenApply(all -> new DescribeConfigsResponseData()
                        .setResults(
                                results.stream().map(CompletableFuture::join).toList()));
    }

    private static DescribeConfigsResult describe(
            DescribeConfigsResource resource, DescribeConfigsRequestData request, ConfigDescriptions descriptions) {
        DescribeConfigsResult result = new DescribeConfigsResult()
                .setResourceType(resource.resourceType())
                .setResourceName(resource.resourceName());
        ConfigResource.Type type = ConfigResource.Type.forId(resource.resourceType());
        List<ConfigEntry> entries;
        try {
            entries = descriptions.of(new ConfigResource(type, resource.resourceName()));
        } catch (ApiException refused) {
            return result.setErrorCode(Errors.forException(refused).code()).setErrorMessage(refused.getMessage());
        }
        Set<String> wanted = wanted(type, resource.configurationKeys());
        for (ConfigEntry entry : entries)
            if (wanted.isEmpty() || wanted.contains(entry.setting().name()))
                result.configs().add(described(entry, request));
        return result;
    }

    /// The names that are asked for, a broker's name for a topic's setting translated; empty for all.
    private static Set<String> wanted(ConfigResource.Type type, @Nullable List<String> keys) {
        Set<String> wanted = new HashSet<>();
        if (keys == null) return wanted;
        for (String key : keys)
            wanted.add(
                    type == ConfigResource.Type.TOPIC
                            ? Settings.TOPIC
                                    .ofBrokerName(key)
                                    .map(Setting::name)
                                    .orElse(key)
                            : key);
        return wanted;
    }

    private static DescribeConfigsResourceResult described(ConfigEntry entry, DescribeConfigsRequestData request) {
        Setting setting = entry.setting();
        DescribeConfigsResourceResult result = new DescribeConfigsResourceResult()
                .setName(setting.name())
                .setValue(setting.isSensitive() ? null : entry.value())
                .setReadOnly(entry.readOnly())
                .setConfigSource(entry.source().id())
                .setIsSensitive(setting.isSensitive())
                .setConfigType(setting.type().id())
                .setDocumentation(request.includeDocumentation() ? setting.documentation() : null);
        if (request.includeSynonyms())
            for (ConfigEntry.Synonym synonym : entry.synonyms())
                result.synonyms()
                        .add(new DescribeConfigsSynonym()
                                .setName(synonym.name())
                                .setValue(setting.isSensitive() ? null : synonym.value())
                                .setSource(synonym.source().id()));
        return result;
    }
}
