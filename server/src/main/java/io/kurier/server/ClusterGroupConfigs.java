package io.kurier.server;

import io.kurier.cluster.ClusterView;
import io.kurier.cluster.config.EffectiveConfig;
import io.kurier.cluster.config.definition.BrokerName;
import io.kurier.cluster.config.definition.InvalidSettingException;
import io.kurier.cluster.config.definition.Setting;
import io.kurier.cluster.config.definition.SettingType;
import io.kurier.cluster.config.definition.Settings;
import io.kurier.cluster.config.definition.Update;
import io.kurier.coordinator.group.GroupConfigs;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;

/// What was set in the cluster's metadata on groups, or for all groups while the node runs. A whole number outside of
/// this node's bounds counts as the nearest bound: the bounds may have been set after it.
///
/// @param node the settings of this node as they are now, which has the bounds
record ClusterGroupConfigs(ClusterView cluster, Supplier<EffectiveConfig> node) implements GroupConfigs {
    @Override
    public Optional<String> value(String groupId, String name) {
        String own = cluster.image().configs(ConfigResource.Type.GROUP, groupId).get(name);
        Setting setting = Settings.GROUP.known(name);
        if (own == null) {
            return ofAllGroups(setting);
        }
        try {
            String value = setting.normalize(own);
            return Optional.of(setting.type() == SettingType.INT ? bounded(name, value) : value);
        } catch (InvalidSettingException notAllowed) {
            return Optional.empty();
        }
    }

    /// What holds for all groups, where that may change while the node runs; else the coordinator knows it.
    private Optional<String> ofAllGroups(Setting setting) {
        for (BrokerName name : setting.brokerNames()) {
            if (Settings.BROKER.known(name.name()).update() != Update.READ_ONLY) {
                return Optional.ofNullable(node.get().brokerValue(name.name()));
            }
        }
        return Optional.empty();
    }

    private String bounded(String name, String value) {
        int number = Integer.parseInt(value);
        Integer least = bound(name, "min");
        Integer most = bound(name, "max");
        if (least != null) {
            number = Math.max(number, least);
        }
        if (most != null) {
            number = Math.min(number, most);
        }
        return Integer.toString(number);
    }

    private @Nullable Integer bound(String name, String which) {
        int kind = name.indexOf('.') + 1;
        String what = name.substring(kind).replaceFirst("^num\\.", ""); // group.streams.max.standby.replicas
        String bound = "group." + name.substring(0, kind) + which + '.' + what;
        String value = Settings.BROKER.find(bound) == null ? null : node.get().brokerValue(bound);
        return value == null ? null : Integer.valueOf(value);
    }
}
