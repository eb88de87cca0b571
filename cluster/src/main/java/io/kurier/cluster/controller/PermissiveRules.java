package io.kurier.cluster.controller;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicConfigs;
import org.jspecify.annotations.Nullable;

/// Accepts every setting, and takes `cleanup.policy` alone for a list.
enum PermissiveRules implements ConfigRules {
    INSTANCE;

    @Override
    public Setting resolve(ConfigResource.Type type, String name, @Nullable String value) {
        return new Setting(name, value);
    }

    @Override
    public void validate(ConfigResource resource, Map<String, String> settings) {}

    @Override
    public boolean isList(ConfigResource.Type type, String name) {
        return name.equals("cleanup.policy");
    }

    @Override
    public @Nullable String defaultValue(ConfigResource.Type type, String name) {
        return name.equals("cleanup.policy") ? "delete" : null;
    }

    @Override
    public List<CreatableTopicConfigs> describeTopic(Map<String, String> settings) {
        return List.of();
    }
}
