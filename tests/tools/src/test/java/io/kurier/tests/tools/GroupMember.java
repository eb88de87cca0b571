package io.kurier.tests.tools;

import io.kurier.testkit.Await;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;

/// A member of a consumer group that stays while the tools look at it.
final class GroupMember implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(50);

    private final KafkaConsumer<String, String> consumer;
    private final Thread thread;
    private volatile boolean assigned;
    private volatile boolean stopped;

    /// Joins and waits until it has partitions.
    GroupMember(NodeProcess node, String group, String topic) {
        consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        node.bootstrap(),
                        "group.id",
                        group,
                        "client.id",
                        "member",
                        "auto.offset.reset",
                        "earliest"),
                new StringDeserializer(),
                new StringDeserializer());
        thread = Thread.ofPlatform().name("member").start(() -> {
            consumer.subscribe(List.of(topic));
            while (!stopped) {
                consumer.poll(POLL);
                assigned = !consumer.assignment().isEmpty();
            }
            consumer.commitSync();
            consumer.close();
        });
        Await.until(Duration.ofSeconds(30), "an assignment", () -> assigned);
    }

    @Override
    public void close() throws InterruptedException {
        stopped = true;
        thread.join();
    }
}
