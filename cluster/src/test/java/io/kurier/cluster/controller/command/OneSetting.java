package io.kurier.cluster.controller.command;

import io.kurier.cluster.controller.ConfigRules;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicConfigs;
import org.jspecify.annotations.Nullable;

/// A file of settings with one line.
record OneSetting(String name, String value) implements ConfigRules {
    @Override
    public Setting resolve(ConfigResource.Type type, String named, @Nullable String given) {
        return new Setting(named, given);
    }

    @Override
    public void validate(ConfigResource resource, Map<String, String> settings) {}

    @Override
    public boolean isList(ConfigResource.Type type, String named) {
        return false;
    }

    @Override
    public @Nullable String defaultValue(ConfigResource.Type type, String named) {
        return named.equals(name) ? value : null;
    }

    @Override
    public List<CreatableTopicConfigs> describeTopic(Map<String, String> settings) {
        return List.of();
    }
}
