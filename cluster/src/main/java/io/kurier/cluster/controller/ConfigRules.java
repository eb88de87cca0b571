package io.kurier.cluster.controller;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicConfigs;
import org.jspecify.annotations.Nullable;

/// What the controller must know about settings; the definitions themselves live elsewhere.
public interface ConfigRules {
    /// The setting that a name and a value mean on a resource: a broker's name for a topic's setting is accepted on a
    /// topic and translated, with its unit (`log.retention.hours=1` is `retention.ms=3600000`).
    ///
    /// @param value null asks for the name alone
    /// @throws InvalidConfigurationException if there is no such setting; the message names the nearest known one
    Setting resolve(ConfigResource.Type type, String name, @Nullable String value) throws InvalidConfigurationException;

    /// Checks all that is set on a resource, after a change.
    ///
    /// @param settings the overrides alone, with resolved names
    /// @throws InvalidConfigurationException with a message that names the setting and what is allowed
    void validate(ConfigResource resource, Map<String, String> settings) throws InvalidConfigurationException;

    /// True if values of this setting are lists, so that APPEND and SUBTRACT make sense.
    boolean isList(ConfigResource.Type type, String name);

    /// The value that holds where nothing is set, or null.
    @Nullable
    String defaultValue(ConfigResource.Type type, String name);

    /// The effective settings of a new topic as CreateTopics (from version 5) answers them.
    ///
    /// @param settings the topic's overrides
    List<CreatableTopicConfigs> describeTopic(Map<String, String> settings);

    /// A resolved setting.
    record Setting(String name, @Nullable String value) {}

    /// Rules that accept everything as it is; for tests.
    static ConfigRules permissive() {
        return PermissiveRules.INSTANCE;
    }
}
