package io.kurier.examples;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// Producers, consumers and topics of the examples: keys and values are text.
final class Clients {
    private static final String DEFAULT_ADDRESS = "127.0.0.1:9092";

    private Clients() {}

    /// The address on an example's command line, else where `kurier start` listens.
    static String address(String[] arguments) {
        return arguments.length == 0 ? DEFAULT_ADDRESS : arguments[0];
    }

    /// A producer. Without settings it waits for all replicas and sends nothing twice (`acks=all`,
    /// `enable.idempotence=true`).
    static KafkaProducer<String, String> producer(String address, Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>(settings);
        all.put("bootstrap.servers", address);
        return new KafkaProducer<>(all, new StringSerializer(), new StringSerializer());
    }

    /// A consumer of a group, which begins with the first record where the group has no offset yet.
    static KafkaConsumer<String, String> consumer(String address, String group, Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>(settings);
        all.put("bootstrap.servers", address);
        all.put("group.id", group);
        all.putIfAbsent("auto.offset.reset", "earliest");
        return new KafkaConsumer<>(all, new StringDeserializer(), new StringDeserializer());
    }

    /// Makes a topic, unless it is there.
    static void createTopic(String address, String name, int partitions, Map<String, String> settings)
            throws InterruptedException, ExecutionException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", address))) {
            NewTopic topic = new NewTopic(name, partitions, (short) -1).configs(settings);
            admin.createTopics(List.of(topic)).all().get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }

    /// Writes values without keys, and waits until they are acknowledged.
    static void write(String address, String topic, List<String> values) {
        try (KafkaProducer<String, String> producer = producer(address, Map.of())) {
            values.forEach(value -> producer.send(new ProducerRecord<>(topic, value)));
            producer.flush();
        }
    }
}
