package io.kurier.broker.metrics;

import io.kurier.broker.network.NettyNetwork;
import io.kurier.kernel.TimeCounts;

/// What a node's sockets and disks measure.
public final class MachineMetrics {
    private MachineMetrics() {}

    /// Connections and the memory of requests.
    public static MetricSource of(NettyNetwork network) {
        return sink -> {
            sink.single(
                    "kurier_connections",
                    MetricType.GAUGE,
                    "Open connections of Kafka's protocol.",
                    network.connections());
            sink.single(
                    "kurier_request_memory_bytes",
                    MetricType.GAUGE,
                    "Memory of requests that are being received or handled.",
                    network.frameMemoryBytes());
        };
    }

    /// How long the disk takes to make a file durable.
    public static MetricSource of(TimeCounts syncs) {
        return sink -> {
            sink.family("kurier_fsync_seconds", MetricType.HISTOGRAM, "Time of one fdatasync of a file.");
            Histograms.samples(sink, "", syncs);
        };
    }
}
