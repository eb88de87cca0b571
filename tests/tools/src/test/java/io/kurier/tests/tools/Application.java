package io.kurier.tests.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// A program that is not told that another kind of node serves it now: one idempotent producer and one member of a
/// group, from the first node to the last.
final class Application implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final String topic;
    private final KafkaProducer<String, String> producer;
    private final KafkaConsumer<String, String> consumer;
    private final List<String> sent = new ArrayList<>();
    private final List<String> received = new ArrayList<>();

    Application(String bootstrap, String topic) {
        this.topic = topic;
        this.producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers", bootstrap,
                        "enable.idempotence", "true",
                        "delivery.timeout.ms", "60000",
                        "request.timeout.ms", "5000"),
                new StringSerializer(),
                new StringSerializer());
        this.consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers", bootstrap,
                        "group.id", "billing", // its hash is negative
                        "auto.offset.reset", "earliest",
                        "enable.auto.commit", "false"),
                new StringDeserializer(),
                new StringDeserializer());
        consumer.subscribe(List.of(topic));
    }

    /// Sends records, gets them back, and commits that.
    void work(String what, int records) throws InterruptedException, ExecutionException {
        List<Future<?>> answers = new ArrayList<>();
        for (int i = 0; i < records; i++) {
            String value = what + "-" + i;
            answers.add(producer.send(new ProducerRecord<>(topic, Integer.toString(i), value)));
            sent.add(value);
        }
        for (Future<?> answer : answers) {
            answer.get();
        }
        Await.until(LIMIT, records + " records of " + what, () -> {
            for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
                received.add(record.value());
            }
            return received.size() >= sent.size();
        });
        assertThat(received).as("each record once").containsExactlyInAnyOrderElementsOf(sent);
        consumer.commitSync();
    }

    @Override
    public void close() {
        producer.close(Duration.ZERO);
        consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ofSeconds(1)));
    }
}
