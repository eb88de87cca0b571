package io.kurier.tests.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kurier.testkit.NodeProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Transactions of librdkafka, and of the Java client while the node is killed: what is committed is there once.
@Timeout(90)
class TransactionClientsIT {
    private static final int RECORDS = 100;

    @TempDir
    Path folder;

    private static void topics(NodeProcess node, String... names) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", node.bootstrapServers()))) {
            for (String name : names) {
                admin.createTopics(Set.of(new NewTopic(name, 1, (short) 1)))
                        .all()
                        .get();
            }
        }
    }

    private static KafkaProducer<String, String> producer(NodeProcess node, String transactionalId) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", node.bootstrapServers(), "transactional.id", transactionalId),
                new StringSerializer(),
                new StringSerializer());
    }

    private static List<String> values(int count) {
        return IntStream.range(0, count).mapToObj(number -> "v" + number).toList();
    }

    private static List<String> committed(NodeProcess node, String topic, int count) {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", node.bootstrapServers(), "isolation.level", "read_committed");
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            TopicPartition partition = new TopicPartition(topic, 0);
            consumer.assign(Set.of(partition));
            consumer.seekToBeginning(Set.of(partition));
            List<String> values = new ArrayList<>();
            while (values.size() < count
                    || consumer.position(partition)
                            < consumer.endOffsets(Set.of(partition)).get(partition)) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(record.value()));
            }
            return values;
        }
    }

    @Test
    void librdkafkaCopiesATopicInTransactions() throws Exception {
        Clients.module("confluent_kafka").ifPresent(missing -> assumeTrue(false, missing));
        try (NodeProcess node = NodeProcess.start(folder)) {
            topics(node, "from", "to");
            try (KafkaProducer<String, String> source = producer(node, "source")) {
                source.initTransactions();
                source.beginTransaction();
                values(RECORDS).forEach(value -> source.send(new ProducerRecord<>("from", value)));
                source.commitTransaction();
            }
            List<String> command = new ArrayList<>(Clients.python("transact_confluent.py"));
            command.addAll(List.of(node.bootstrapServers(), "from", "to", "copiers", "copier", "" + RECORDS));
            assertThat(Command.output(command).strip()).isEqualTo("copied\t100\tcommitted\t100");
            assertThat(committed(node, "to", RECORDS)).isEqualTo(values(RECORDS));
        }
    }

    @Test
    void committedOnceWhateverTheNodeWasDoingWhenItWasKilled() throws Exception {
        try (NodeProcess node = NodeProcess.start(folder)) {
            topics(node, "to");
            try (KafkaProducer<String, String> producer = producer(node, "killed")) {
                producer.initTransactions();
                List<String> kept = new ArrayList<>();
                for (int i = 0; i < 30; i++) {
                    producer.beginTransaction();
                    producer.send(new ProducerRecord<>("to", "v" + i));
                    if (i == 8) {
                        producer.flush();
                        node.kill();
                        node.restart();
                    }
                    if (i % 5 == 4) {
                        producer.flush();
                        producer.abortTransaction();
                    } else {
                        producer.commitTransaction();
                        kept.add("v" + i);
                        if (i == 16) {
                            node.kill(); // markers may be missing
                            node.restart();
                        }
                    }
                }
                assertThat(committed(node, "to", kept.size())).isEqualTo(kept);
            }
        }
    }
}
