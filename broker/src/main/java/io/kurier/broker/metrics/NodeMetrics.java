package io.kurier.broker.metrics;

import io.kurier.broker.replica.Partition;
import io.kurier.broker.replica.Partitions;
import io.kurier.log.LogDirectory;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a node leads and keeps: partitions, data directories, topics. Shows the first thousand topics by name.
public final class NodeMetrics implements MetricSource {
    private static final int MAX_TOPICS = 1_000;

    private final Partitions partitions;
    private final List<LogDirectory> directories;

    public NodeMetrics(Partitions partitions, List<LogDirectory> directories) {
        this.partitions = partitions;
        this.directories = directories;
    }

    /// Sizes of what is ready; what is still to be recovered has none yet.
    private static final class Sum {
        private long bytes;
        private long records;
    }

    @Override
    public void collect(MetricSink sink) {
        TreeMap<String, Sum> topics = new TreeMap<>();
        long opened = 0;
        long notReady = 0;
        long underMin = 0;
        for (Partition partition : partitions.opened()) {
            opened++;
            underMin += partition.isUnderMinInSync() ? 1 : 0;
            if (!partition.isReady()) {
                notReady++;
                continue;
            }
            Sum sum = topics.computeIfAbsent(partition.name().topic(), name -> new Sum());
            sum.bytes += partition.log().sizeBytes();
            sum.records += partition.highWatermark() - partition.log().logStartOffset();
        }
        sink.single("kurier_partitions", MetricType.GAUGE, "Partitions that are open on this node.", opened);
        sink.single(
                "kurier_partitions_not_ready", MetricType.GAUGE, "Open partitions that are being recovered.", notReady);
        sink.single(
                "kurier_partitions_under_min_isr",
                MetricType.GAUGE,
                "Partitions with fewer replicas in sync than acks=all needs.",
                underMin);
        topics(sink, topics);
        directories(sink);
    }

    private static void topics(MetricSink sink, Map<String, Sum> topics) {
        List<Map.Entry<String, Sum>> shown =
                topics.entrySet().stream().limit(MAX_TOPICS).toList();
        sink.family("kurier_topic_bytes", MetricType.GAUGE, "Bytes of a topic's segments on this node.");
        for (Map.Entry<String, Sum> topic : shown) {
            sink.sample("", Labels.of("topic", topic.getKey()), topic.getValue().bytes);
        }
        sink.family("kurier_topic_offsets", MetricType.GAUGE, "Committed offsets between a topic's start and end.");
        for (Map.Entry<String, Sum> topic : shown) {
            sink.sample("", Labels.of("topic", topic.getKey()), topic.getValue().records);
        }
    }

    private void directories(MetricSink sink) {
        sink.family("kurier_directory_online", MetricType.GAUGE, "1 while a data directory works, else 0.");
        for (LogDirectory directory : directories) {
            sink.sample("", labels(directory), directory.isOnline() ? 1 : 0);
        }
        sink.family("kurier_directory_open_files", MetricType.GAUGE, "Open files of a data directory.");
        for (LogDirectory directory : directories) {
            sink.sample("", labels(directory), directory.openFiles());
        }
    }

    private static String labels(LogDirectory directory) {
        return Labels.of("directory", directory.path().toString());
    }
}
