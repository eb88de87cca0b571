package io.kurier.server;

import io.kurier.cluster.ClusterView;
import io.kurier.cluster.config.EffectiveConfig;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.server.config.NodeConfig;
import java.util.function.Supplier;
import org.apache.kafka.common.config.ConfigResource.Type;
import org.jspecify.annotations.Nullable;

/// What holds on this node now: its file, under what was set for it in the cluster's metadata since.
final class LiveSettings implements Supplier<EffectiveConfig> {
    private final NodeConfig config;
    private volatile @Nullable ClusterView cluster;

    LiveSettings(NodeConfig config) {
        this.config = config;
    }

    /// What the node was started with.
    NodeConfig config() {
        return config;
    }

    /// From now on what is set in this cluster counts.
    void follow(ClusterView view) {
        cluster = view;
    }

    @Override
    public EffectiveConfig get() {
        ClusterView view = cluster;
        if (view == null) {
            return config.settings();
        }
        ClusterImage image = view.image();
        String node = String.valueOf(config.identity().nodeId());
        return config.settings().withDynamic(image.configs(Type.BROKER, ""), image.configs(Type.BROKER, node));
    }
}
