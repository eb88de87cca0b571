package io.kurier.tests.clients;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/// Commits ever higher offsets for one partition and a group without members, until stopped; knows what was
/// acknowledged.
final class OffsetCommitter implements AutoCloseable {
    private final String bootstrap;
    private final String group;
    private final TopicPartition partition;
    private final KafkaConsumer<String, String> consumer;
    private final Thread thread;
    private volatile long acknowledged = -1;
    private volatile boolean stopped;

    OffsetCommitter(String bootstrap, String group, TopicPartition partition) {
        this.bootstrap = bootstrap;
        this.group = group;
        this.partition = partition;
        var settings = new HashMap<String, Object>();
        settings.put("bootstrap.servers", bootstrap);
        settings.put("group.id", group);
        settings.put("default.api.timeout.ms", 60_000);
        settings.put("reconnect.backoff.max.ms", 100);
        this.consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
        this.thread = Thread.ofPlatform().daemon().name("committer").start(this::run);
    }

    /// The highest offset whose commit was acknowledged.
    long acknowledged() {
        return acknowledged;
    }

    /// What the node says is committed.
    long committed() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            var offsets = admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata();
            OffsetAndMetadata offset = offsets.get().get(partition);
            return offset == null ? -1 : offset.offset();
        }
    }

    @Override
    public void close() {
        stopped = true;
        Eventually.ended(thread);
        consumer.close();
    }

    private void run() {
        for (long offset = 0; !stopped; offset++) {
            try {
                consumer.commitSync(Map.of(partition, new OffsetAndMetadata(offset)));
                acknowledged = offset;
            } catch (KafkaException unanswered) {
                // The node was killed while it worked on it: it may or may not be committed; the next one is higher.
            }
        }
    }
}
