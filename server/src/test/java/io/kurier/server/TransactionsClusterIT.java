package io.kurier.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Transactions over partitions that three nodes lead: markers and verification go from node to node, and all goes on
/// when the coordinator's node goes.
@Timeout(90)
class TransactionsClusterIT {
    private static final int PARTITIONS = 6;

    @TempDir
    Path folder;

    @Test
    void transactionsOverThreeNodesSurviveTheOneThatCoordinatesThem() throws Exception {
        try (LocalNodes nodes = LocalNodes.three(folder, Map.of("transaction.state.log.num.partitions", "3"));
                Admin admin = nodes.admin()) {
            String bootstrap = nodes.servers();
            nodes.awaitBrokers(admin);
            admin.createTopics(Set.of(new NewTopic("pay", PARTITIONS, (short) 3)))
                    .all()
                    .get();
            List<String> kept = new ArrayList<>();
            for (short version : new short[] {2, 1}) {
                if (version == 1) {
                    FeatureUpdate older = new FeatureUpdate(version, FeatureUpdate.UpgradeType.SAFE_DOWNGRADE);
                    admin.updateFeatures(Map.of("transaction.version", older), new UpdateFeaturesOptions())
                            .all()
                            .get();
                }
                try (KafkaProducer<String, String> producer = producer(bootstrap)) {
                    producer.initTransactions();
                    kept.addAll(pay(producer, "v" + version + "-a", 12));
                    if (version == 2) {
                        int coordinator = admin.describeTransactions(Set.of("payer"))
                                .description("payer")
                                .get()
                                .coordinatorId();
                        nodes.stop(coordinator);
                        kept.addAll(pay(producer, "v" + version + "-b", 12));
                    }
                }
            }
            assertThat(read(bootstrap, kept.size())).containsExactlyInAnyOrderElementsOf(kept);
        }
    }

    private static KafkaProducer<String, String> producer(String bootstrap) {
        return new KafkaProducer<>(Map.of(
                "bootstrap.servers",
                bootstrap,
                "transactional.id",
                "payer",
                "key.serializer",
                StringSerializer.class,
                "value.serializer",
                StringSerializer.class));
    }

    /// Every third transaction is aborted; returns what the others wrote.
    private static List<String> pay(KafkaProducer<String, String> producer, String name, int transactions)
            throws ProducerFencedException {
        List<String> kept = new ArrayList<>();
        for (int i = 0; i < transactions; i++) {
            producer.beginTransaction();
            for (int partition = 0; partition < PARTITIONS; partition++) {
                producer.send(new ProducerRecord<>("pay", partition, null, name + i));
            }
            producer.flush();
            if (i % 3 == 2) {
                producer.abortTransaction();
            } else {
                producer.commitTransaction();
                for (int partition = 0; partition < PARTITIONS; partition++) {
                    kept.add(name + i);
                }
            }
        }
        return kept;
    }

    private static List<String> read(String bootstrap, int count) {
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(Map.of(
                "bootstrap.servers",
                bootstrap,
                "isolation.level",
                "read_committed",
                "enable.auto.commit",
                "false",
                "key.deserializer",
                StringDeserializer.class,
                "value.deserializer",
                StringDeserializer.class))) {
            List<TopicPartition> partitions = consumer.partitionsFor("pay").stream()
                    .map(info -> new TopicPartition("pay", info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            List<String> values = new ArrayList<>();
            while (values.size() < count) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(record.value()));
            }
            return values;
        }
    }
}
