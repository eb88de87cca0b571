package io.kurier.broker.api.configs;

import io.kurier.cluster.config.ConfigEntry;
import io.kurier.cluster.config.ConfigSource;
import io.kurier.cluster.config.EffectiveConfig;
import io.kurier.cluster.config.definition.Setting;
import io.kurier.cluster.config.definition.Settings;
import io.kurier.cluster.image.ClusterImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// The settings of one resource as this node sees them: which values hold, and why.
final class ConfigDescriptions {
    private static final Pattern TOPIC_NAME = Pattern.compile("(?!\\.{1,2}$)[a-zA-Z0-9._-]{1,249}");

    private final int nodeId;
    private final ClusterImage image;
    private final EffectiveConfig config;

    /// @param file what is set in this node's file
    ConfigDescriptions(int nodeId, EffectiveConfig file, ClusterImage image) {
        this.nodeId = nodeId;
        this.image = image;
        this.config = file.at(image, nodeId);
    }

    /// All settings of a resource.
    ///
    /// @throws ApiException if there is no such resource, or another node must be asked
    List<ConfigEntry> of(ConfigResource resource) {
        String name = resource.name();
        return switch (resource.type()) {
            case TOPIC -> topic(name);
            case BROKER -> name.isEmpty() ? allBrokers() : broker(name);
            case BROKER_LOGGER -> logger(name);
            case GROUP ->
                named(resource, Settings.GROUP, setting -> config.group(setting, image.configs(resource.type(), name)));
            case CLIENT_METRICS ->
                named(
                        resource,
                        Settings.CLIENT_METRICS,
                        setting -> EffectiveConfig.clientMetrics(setting, image.configs(resource.type(), name)));
            case UNKNOWN -> throw new InvalidRequestException("Unsupported resource type");
        };
    }

    private List<ConfigEntry> topic(String name) {
        if (!TOPIC_NAME.matcher(name).matches())
            throw new InvalidTopicException(
                    "A topic's name has 1 to 249 letters, digits, dots, underscores and hyphens");
        if (image.topic(name) == null) throw new UnknownTopicOrPartitionException("There is no topic '" + name + "'");
        Map<String, String> overrides = image.configs(ConfigResource.Type.TOPIC, name);
        return entries(Settings.TOPIC, setting -> config.topic(setting, overrides));
    }

    private List<ConfigEntry> broker(String name) {
        checkThisNode(name);
        return entries(Settings.BROKER, config::broker);
    }

    /// What was set for all brokers, and nothing else.
    private List<ConfigEntry> allBrokers() {
        List<ConfigEntry> entries = new ArrayList<>();
        for (String name : config.clusterWide().keySet()) {
            Setting setting = Settings.BROKER.find(name);
            if (setting == null) continue;
            ConfigEntry entry = config.broker(setting);
            List<ConfigEntry.Synonym> synonyms = entry.synonyms().stream()
                    .filter(synonym -> synonym.source() == ConfigSource.DYNAMIC_DEFAULT_BROKER)
                    .toList();
            if (synonyms.isEmpty()) continue;
            entries.add(new ConfigEntry(
                    setting,
                    synonyms.getFirst().value(),
                    ConfigSource.DYNAMIC_DEFAULT_BROKER,
                    entry.readOnly(),
                    synonyms));
        }
        return entries;
    }

    /// Log levels are set by the logging library's own file; there is none to show.
    private List<ConfigEntry> logger(String name) {
        checkThisNode(name);
        return List.of();
    }

    private void checkThisNode(String name) {
        if (!name.equals(Integer.toString(nodeId)))
            throw new InvalidRequestException("Unexpected broker id: expected " + nodeId
                    + ", or an empty name for all brokers, but got '" + name + "'");
    }

    private static List<ConfigEntry> named(
            ConfigResource resource, Settings settings, Function<Setting, ConfigEntry> entry) {
        if (resource.name().isEmpty())
            throw new InvalidRequestException("A resource of type " + resource.type() + " needs a name");
        return entries(settings, entry);
    }

    private static List<ConfigEntry> entries(Settings settings, Function<Setting, ConfigEntry> entry) {
        return settings.all().stream().filter(Setting::isShown).map(entry).toList();
    }
}
