package io.kurier.cluster.config;

import io.kurier.cluster.config.definition.InvalidSettingException;
import io.kurier.cluster.config.definition.SettingType;
import io.kurier.cluster.config.definition.Settings;
import io.kurier.cluster.controller.ConfigRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicConfigs;
import org.jspecify.annotations.Nullable;

/// The controller's rules, from the tables of settings and what holds on the controller's node.
public final class SettingsRules implements ConfigRules {
    private final Supplier<EffectiveConfig> holds;

    /// @param holds what holds on this node, always
    public SettingsRules(EffectiveConfig holds) {
        this(() -> holds);
    }

    /// @param holds what holds on this node at the time of the call: what a topic's setting is where nothing is set
    public SettingsRules(Supplier<EffectiveConfig> holds) {
        this.holds = holds;
    }

    /// The settings of a kind of resource.
    ///
    /// @throws InvalidConfigurationException if such resources have none that the controller keeps
    public static Settings of(ConfigResource.Type type) throws InvalidConfigurationException {
        return switch (type) {
            case TOPIC -> Settings.TOPIC;
            case BROKER -> Settings.BROKER;
            case GROUP -> Settings.GROUP;
            case CLIENT_METRICS -> Settings.CLIENT_METRICS;
            case BROKER_LOGGER, UNKNOWN ->
                throw new InvalidConfigurationException(
                        "Resources of type " + type + " have no settings that are kept");
        };
    }

    @Override
    public Setting resolve(ConfigResource.Type type, String name, @Nullable String value)
            throws InvalidConfigurationException {
        Settings settings = of(type);
        var own = settings.find(name);
        if (own != null) return new Setting(name, value == null ? null : SettingChecks.normalOrAsItIs(own, value));
        var meant = settings.ofBrokerName(name)
                .orElseThrow(() -> new InvalidConfigurationException(settings.unknown(name)));
        return new Setting(meant.name(), value == null ? null : SettingChecks.translated(meant, name, value));
    }

    @Override
    public void validate(ConfigResource resource, Map<String, String> values) throws InvalidConfigurationException {
        Settings settings = of(resource.type());
        try {
            for (Map.Entry<String, String> entry : values.entrySet()) {
                var setting = settings.find(entry.getKey());
                if (setting == null) continue; // kept from another version: what is new went through resolve
                setting.normalize(entry.getValue());
                if (resource.type() == ConfigResource.Type.BROKER)
                    SettingChecks.checkUpdatable(setting, resource.name().isEmpty());
            }
        } catch (InvalidSettingException notAllowed) {
            throw new InvalidConfigurationException(notAllowed.getMessage());
        }
        if (resource.type() == ConfigResource.Type.TOPIC) checkCompactionLags(values);
    }

    private void checkCompactionLags(Map<String, String> values) {
        TopicSettings.Compaction compaction =
                TopicSettings.of(holds.get(), values).compaction();
        if (compaction.minLagMs() > compaction.maxLagMs())
            throw new InvalidConfigurationException("Setting 'min.compaction.lag.ms' (" + compaction.minLagMs()
                    + ") may not be more than 'max.compaction.lag.ms' (" + compaction.maxLagMs() + ")");
    }

    @Override
    public boolean isList(ConfigResource.Type type, String name) {
        var setting = of(type).find(name);
        return setting != null && setting.type() == SettingType.LIST;
    }

    @Override
    public @Nullable String defaultValue(ConfigResource.Type type, String name) {
        var setting = of(type).find(name);
        if (setting == null) return null;
        return switch (type) {
            case TOPIC -> holds.get().topic(setting, Map.of()).value();
            case BROKER -> holds.get().broker(setting).value();
            case GROUP -> holds.get().group(setting, Map.of()).value();
            case CLIENT_METRICS, BROKER_LOGGER, UNKNOWN -> setting.defaultValue();
        };
    }

    @Override
    public List<CreatableTopicConfigs> describeTopic(Map<String, String> values) {
        EffectiveConfig config = holds.get();
        List<CreatableTopicConfigs> described = new ArrayList<>();
        for (var setting : Settings.TOPIC.all()) {
            ConfigEntry entry = config.topic(setting, values);
            described.add(new CreatableTopicConfigs()
                    .setName(setting.name())
                    .setValue(setting.isSensitive() ? null : entry.value())
                    .setReadOnly(entry.readOnly())
                    .setConfigSource(entry.source().id())
                    .setIsSensitive(setting.isSensitive()));
        }
        return described;
    }
}
