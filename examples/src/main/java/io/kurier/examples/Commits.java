package io.kurier.examples;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/// How a group remembers where it is.
///
/// Automatic: the client commits what the last poll returned, every `auto.commit.interval.ms` and when it is closed.
/// Manual: the application commits when its work is done, here after each record, with a note for people.
public final class Commits {
    private static final String TOPIC = "letters";
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);

    private Commits() {}

    /// Shows both.
    public static void main(String[] arguments) throws Exception {
        String address = Clients.address(arguments);
        System.out.println("automatic: " + automatic(address));
        System.out.println("manual:    " + manual(address));
    }

    /// Reads everything and closes; answers what is committed then.
    public static OffsetAndMetadata automatic(String address) throws InterruptedException, ExecutionException {
        write(address);
        try (KafkaConsumer<String, String> consumer =
                Clients.consumer(address, "automatic", Map.of("enable.auto.commit", true))) {
            consumer.subscribe(List.of(TOPIC));
            for (int seen = 0; seen < 5; ) {
                seen += consumer.poll(Duration.ofMillis(200)).count();
            }
        }
        return committed(address, "automatic");
    }

    /// Reads three of five letters, and commits after each; answers what is committed then.
    public static OffsetAndMetadata manual(String address) throws InterruptedException, ExecutionException {
        write(address);
        try (KafkaConsumer<String, String> consumer =
                Clients.consumer(address, "manual", Map.of("enable.auto.commit", false, "max.poll.records", 1))) {
            consumer.subscribe(List.of(TOPIC));
            for (int seen = 0; seen < 3; ) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
                    // the next one to read, not the last one that was read
                    OffsetAndMetadata next = new OffsetAndMetadata(record.offset() + 1, "after " + record.value());
                    consumer.commitSync(Map.of(PARTITION, next));
                    seen++;
                }
            }
        }
        return committed(address, "manual");
    }

    private static void write(String address) throws InterruptedException, ExecutionException {
        Clients.createTopic(address, TOPIC, 1, Map.of());
        Clients.write(address, TOPIC, List.of("a", "b", "c", "d", "e"));
    }

    private static OffsetAndMetadata committed(String address, String group) {
        try (KafkaConsumer<String, String> consumer = Clients.consumer(address, group, Map.of())) {
            OffsetAndMetadata committed = consumer.committed(Set.of(PARTITION)).get(PARTITION);
            if (committed == null) {
                throw new IllegalStateException("group " + group + " has committed nothing");
            }
            return committed;
        }
    }
}
