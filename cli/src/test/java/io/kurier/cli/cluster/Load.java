package io.kurier.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// A producer at acks=all and a group's consumer that work while nodes come and go; neither may see an error that
/// cannot be retried.
final class Load implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long PAUSE_MS = 2;

    private final String servers;
    private final String topic;
    private final int partitions;
    private final Queue<Throwable> errors = new ConcurrentLinkedQueue<>();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final Set<String> consumed = ConcurrentHashMap.newKeySet();
    private final Thread producing;
    private final Thread consuming;
    private volatile boolean producerOver;
    private volatile boolean consumerOver;

    Load(String servers, String topic, int partitions) {
        this.servers = servers;
        this.topic = topic;
        this.partitions = partitions;
        this.producing = Thread.ofPlatform().name("load-producer").start(this::produce);
        this.consuming = Thread.ofPlatform().name("load-consumer").start(this::consume);
    }

    private void produce() {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                servers,
                "acks",
                "all",
                "linger.ms",
                1,
                "delivery.timeout.ms",
                60_000,
                "request.timeout.ms",
                10_000,
                "key.serializer",
                StringSerializer.class,
                "value.serializer",
                StringSerializer.class);
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(settings)) {
            for (int i = 0; !producerOver; i++) {
                String value = String.valueOf(i);
                producer.send(new ProducerRecord<>(topic, i % partitions, null, value), (sent, error) -> {
                    if (error == null) {
                        acknowledged.add(value);
                    } else {
                        errors.add(error);
                    }
                });
                Thread.sleep(PAUSE_MS);
            }
        } catch (InterruptedException | RuntimeException e) {
            errors.add(e);
        }
    }

    private void consume() {
        try (KafkaConsumer<String, String> consumer =
                consumer(Map.of("group.id", "load", "session.timeout.ms", 30_000))) {
            consumer.subscribe(List.of(topic));
            while (!consumerOver) {
                try {
                    consumer.poll(Duration.ofMillis(100)).forEach(record -> consumed.add(record.value()));
                    consumer.commitSync();
                } catch (RetriableException retried) {
                    // what a client does with it
                }
            }
        } catch (RuntimeException e) {
            errors.add(e);
        }
    }

    private KafkaConsumer<String, String> consumer(Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(more);
        settings.put("bootstrap.servers", servers);
        settings.put("auto.offset.reset", "earliest");
        settings.put("enable.auto.commit", false);
        return new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
    }

    /// Waits until both have got on.
    void awaitProgress() {
        int sent = acknowledged.size() + 50;
        int read = consumed.size() + 50;
        Await.until(
                LIMIT,
                "the clients get on: " + errors,
                () -> !errors.isEmpty() || acknowledged.size() >= sent && consumed.size() >= read);
        assertThat(errors).isEmpty();
    }

    /// Ends it, and holds what was acknowledged against what is there.
    void verify() throws InterruptedException {
        producerOver = true;
        producing.join();
        Await.until(LIMIT, "everything is consumed: " + errors, () -> consumed.containsAll(acknowledged));
        consumerOver = true;
        consuming.join();
        assertThat(errors).isEmpty();
        assertThat(acknowledged).isNotEmpty();
        assertThat(log()).as("each once").containsExactlyInAnyOrderElementsOf(acknowledged);
    }

    private List<String> log() {
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = consumer(Map.of())) {
            List<TopicPartition> all = IntStream.range(0, partitions)
                    .mapToObj(number -> new TopicPartition(topic, number))
                    .collect(Collectors.toList());
            consumer.assign(all);
            consumer.seekToBeginning(all);
            Map<TopicPartition, Long> ends = consumer.endOffsets(all);
            Await.until(LIMIT, "the whole log is read", () -> {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
                    values.add(record.value());
                }
                return all.stream().allMatch(one -> consumer.position(one) >= ends.get(one));
            });
        }
        return values;
    }

    @Override
    public void close() throws InterruptedException {
        producerOver = true;
        consumerOver = true;
        producing.join();
        consuming.join();
    }
}
