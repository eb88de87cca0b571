package io.kurier.broker.api.telemetry;

import io.kurier.cluster.ClusterView;
import io.kurier.cluster.config.ClientMetricsSubscription;
import io.kurier.cluster.image.ClusterImage;
import java.util.List;
import java.util.TreeSet;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;

/// The subscriptions to clients' metrics as the cluster's metadata has them now. Safe for use by several threads.
final class Subscriptions {
    private final ClusterView cluster;
    private volatile @Nullable Read newest;

    /// What an image says; images are immutable, so it is worked out once for each.
    private record Read(ClusterImage image, List<ClientMetricsSubscription> subscriptions) {}

    Subscriptions(ClusterView cluster) {
        this.cluster = cluster;
    }

    /// What this client is asked for: the metrics of all subscriptions that fit it, as often as the most eager of them
    /// wants.
    Wanted of(Uuid instance, ClientAttributes client) {
        TreeSet<String> metrics = new TreeSet<>();
        int intervalMs = Integer.MAX_VALUE;
        String id = instance.toString();
        for (ClientMetricsSubscription subscription : now()) {
            if (!subscription.metrics().isEmpty()
                    && subscription.match().fits(attribute -> client.get(attribute, id))) {
                metrics.addAll(subscription.metrics());
                intervalMs = Math.min(intervalMs, subscription.intervalMs());
            }
        }
        if (metrics.isEmpty()) {
            return Wanted.of(instance, List.of(), ClientMetricsSubscription.defaultIntervalMs());
        }
        boolean all = metrics.contains("*") || metrics.contains("");
        return Wanted.of(instance, all ? List.of("") : List.copyOf(metrics), intervalMs);
    }

    private List<ClientMetricsSubscription> now() {
        ClusterImage image = cluster.image();
        Read read = newest;
        if (read == null || read.image() != image) {
            read = new Read(
                    image,
                    image.configs().entrySet().stream()
                            .filter(entry -> entry.getKey().type() == ConfigResource.Type.CLIENT_METRICS)
                            .map(entry -> ClientMetricsSubscription.of(entry.getValue()))
                            .toList());
            newest = read;
        }
        return read.subscriptions();
    }
}
