package io.kurier.cluster.config;

import io.kurier.cluster.config.definition.BrokerName;
import io.kurier.cluster.config.definition.InvalidSettingException;
import io.kurier.cluster.config.definition.Setting;
import io.kurier.cluster.config.definition.Settings;
import io.kurier.cluster.config.definition.Update;
import io.kurier.cluster.image.ClusterImage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;

/// Which values hold on one broker: a resource's own, else the broker's dynamic one, else the cluster's dynamic
/// default, else the one in the broker's file, else the default (KIP-226). Within one of these sources the name with
/// the finer unit goes first: `log.retention.ms` before `log.retention.hours`. Immutable.
///
/// A value that is not allowed, or not known, counts as not set: metadata may come from another version, and a node
/// must not stop because of it.
public final class EffectiveConfig {
    private final Map<String, String> file;
    private final Map<String, String> clusterWide;
    private final Map<String, String> broker;
    /// The newest copy with other dynamic values: it is asked for again and again, and works its values out only once.
    private volatile @Nullable EffectiveConfig lastDynamic;
    private volatile @Nullable Map<String, String> topicValues;
    private volatile @Nullable TopicSettings topicSettings;

    private EffectiveConfig(Map<String, String> file, Map<String, String> clusterWide, Map<String, String> broker) {
        this.file = Map.copyOf(file);
        this.clusterWide = Map.copyOf(clusterWide);
        this.broker = Map.copyOf(broker);
    }

    /// The values of a broker that has only its file.
    public static EffectiveConfig ofFile(Map<String, String> file) {
        return new EffectiveConfig(file, Map.of(), Map.of());
    }

    /// The same file with other dynamic values.
    ///
    /// @param clusterWide what was set for all brokers: the resource BROKER ""
    /// @param ofBroker what was set for this broker: the resource BROKER with its id
    public EffectiveConfig withDynamic(Map<String, String> clusterWide, Map<String, String> ofBroker) {
        if (hasDynamic(clusterWide, ofBroker)) return this;
        EffectiveConfig before = lastDynamic;
        if (before != null && before.hasDynamic(clusterWide, ofBroker)) return before;
        EffectiveConfig made = new EffectiveConfig(file, clusterWide, ofBroker);
        lastDynamic = made;
        return made;
    }

    private boolean hasDynamic(Map<String, String> clusterWide, Map<String, String> ofBroker) {
        return clusterWide.equals(this.clusterWide) && ofBroker.equals(this.broker);
    }

    /// The same file with the dynamic values of a cluster's metadata.
    ///
    /// @param nodeId the broker that this is for
    public EffectiveConfig at(ClusterImage image, int nodeId) {
        return withDynamic(
                image.configs(ConfigResource.Type.BROKER, ""),
                image.configs(ConfigResource.Type.BROKER, Integer.toString(nodeId)));
    }

    /// The settings of a topic that has none of its own; worked out once, because most topics are like that.
    TopicSettings topicSettings() {
        TopicSettings settings = topicSettings;
        if (settings == null) {
            settings = TopicSettings.read(this, Map.of());
            topicSettings = settings;
        }
        return settings;
    }

    /// The values of a topic that has none of its own, by name.
    private Map<String, String> topicValues() {
        Map<String, String> values = topicValues;
        if (values == null) {
            values = new HashMap<>();
            for (Setting setting : Settings.TOPIC.all()) {
                String value = topic(setting, Map.of()).value();
                if (value != null) values.put(setting.name(), value);
            }
            topicValues = values;
        }
        return values;
    }

    /// What was set for all brokers while they run.
    public Map<String, String> clusterWide() {
        return clusterWide;
    }

    /// A broker's setting.
    public ConfigEntry broker(Setting setting) {
        List<ConfigEntry.Synonym> synonyms = ofBrokerNames(Settings.TOPIC.brokerNamesFrom(setting.name()));
        String value = null;
        for (ConfigEntry.Synonym synonym : synonyms)
            if (value == null && synonym.name().equals(setting.name())) value = synonym.value();
        return new ConfigEntry(setting, value, source(synonyms), setting.update() == Update.READ_ONLY, synonyms);
    }

    /// A topic's setting.
    ///
    /// @param overrides what was set on the topic
    public ConfigEntry topic(Setting setting, Map<String, String> overrides) {
        return resource(setting, overrides, ConfigSource.TOPIC);
    }

    /// A group's setting.
    ///
    /// @param overrides what was set on the group
    public ConfigEntry group(Setting setting, Map<String, String> overrides) {
        return resource(setting, overrides, ConfigSource.GROUP);
    }

    /// The setting of a subscription to clients' metrics, which brokers have no values for.
    public static ConfigEntry clientMetrics(Setting setting, Map<String, String> overrides) {
        return ofFile(Map.of()).resource(setting, overrides, ConfigSource.CLIENT_METRICS);
    }

    /// The value of a broker's setting, or null.
    public @Nullable String brokerValue(String name) {
        return broker(Settings.BROKER.known(name)).value();
    }

    /// The value of a topic's setting, or null.
    public @Nullable String topicValue(String name, Map<String, String> overrides) {
        String own = overrides.get(name);
        if (own != null) {
            try {
                return Settings.TOPIC.known(name).normalize(own);
            } catch (InvalidSettingException notAllowed) {
                return topicValues().get(name);
            }
        }
        return topicValues().get(name);
    }

    private ConfigEntry resource(Setting setting, Map<String, String> overrides, ConfigSource own) {
        List<ConfigEntry.Synonym> synonyms = new ArrayList<>();
        add(synonyms, setting, overrides, own);
        String value = synonyms.isEmpty() ? null : synonyms.getFirst().value();
        List<String> names = new ArrayList<>();
        for (BrokerName name : setting.brokerNames()) names.add(name.name());
        List<ConfigEntry.Synonym> fallbacks = ofBrokerNames(names);
        synonyms.addAll(fallbacks);
        if (value == null && !fallbacks.isEmpty()) value = inOwnUnit(setting, fallbacks.getFirst());
        if (value == null) value = setting.defaultValue();
        if (fallbacks.isEmpty() && setting.defaultValue() != null)
            synonyms.add(new ConfigEntry.Synonym(setting.name(), setting.defaultValue(), ConfigSource.DEFAULT));
        return new ConfigEntry(setting, value, source(synonyms), false, List.copyOf(synonyms));
    }

    private List<ConfigEntry.Synonym> ofBrokerNames(List<String> names) {
        List<ConfigEntry.Synonym> found = new ArrayList<>();
        List<Setting> settings = new ArrayList<>();
        for (String name : names) settings.add(Settings.BROKER.known(name));
        for (Setting setting : settings) add(found, setting, broker, ConfigSource.DYNAMIC_BROKER);
        for (Setting setting : settings) add(found, setting, clusterWide, ConfigSource.DYNAMIC_DEFAULT_BROKER);
        for (Setting setting : settings) add(found, setting, file, ConfigSource.STATIC_BROKER);
        for (Setting setting : settings) {
            String value = setting.defaultValue();
            if (value != null) found.add(new ConfigEntry.Synonym(setting.name(), value, ConfigSource.DEFAULT));
        }
        return found;
    }

    private static void add(
            List<ConfigEntry.Synonym> found, Setting setting, Map<String, String> values, ConfigSource source) {
        String text = values.get(setting.name());
        if (text == null) return;
        try {
            found.add(new ConfigEntry.Synonym(setting.name(), setting.normalize(text), source));
        } catch (InvalidSettingException notAllowed) {
            // as if it were not set: see the class's promise
        }
    }

    private static @Nullable String inOwnUnit(Setting setting, ConfigEntry.Synonym fallback) {
        for (BrokerName name : setting.brokerNames()) {
            String value = fallback.value();
            if (!name.name().equals(fallback.name()) || value == null) continue;
            try {
                return setting.normalize(name.convert(value));
            } catch (InvalidSettingException | ArithmeticException notAllowedHere) {
                return null;
            }
        }
        return null;
    }

    private static ConfigSource source(List<ConfigEntry.Synonym> synonyms) {
        return synonyms.isEmpty() ? ConfigSource.DEFAULT : synonyms.getFirst().source();
    }
}
