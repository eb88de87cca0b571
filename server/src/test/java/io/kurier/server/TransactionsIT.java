package io.kurier.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Transactions of the Java client against a real node, by the newer version (an epoch for each transaction) and by the
/// older one, which clients use where `transaction.version` is 1.
@Timeout(30)
class TransactionsIT {
    private static final Map<Integer, Kurier> NODES = new HashMap<>();
    private static Kurier node;
    private static Admin admin;

    @BeforeAll
    static void start() throws Exception {
        for (int version : new int[] {1, 2}) {
            use(started(version));
            if (version == 1) {
                admin.updateFeatures(
                                Map.of(
                                        "transaction.version",
                                        new FeatureUpdate((short) 1, FeatureUpdate.UpgradeType.SAFE_DOWNGRADE)),
                                new UpdateFeaturesOptions())
                        .all()
                        .get();
            }
            admin.close();
        }
    }

    private static Kurier started(int version) {
        Kurier started = Kurier.builder()
                .set("transaction.state.log.num.partitions", "3")
                .set("offsets.topic.num.partitions", "3")
                .set("transaction.abort.timed.out.transaction.cleanup.interval.ms", "200")
                .start();
        NODES.put(version, started);
        return started;
    }

    private static void use(Kurier wanted) {
        node = wanted;
        admin = Admin.create(Map.of("bootstrap.servers", node.bootstrapServers()));
    }

    private static void use(int version) {
        use(NODES.get(version));
    }

    @AfterEach
    void closeAdmin() {
        admin.close();
    }

    @AfterAll
    static void stop() {
        NODES.values().forEach(Kurier::close);
    }

    private static void topic(String name, int partitions) throws Exception {
        admin.createTopics(Set.of(new NewTopic(name, partitions, (short) 1)))
                .all()
                .get();
    }

    private static KafkaProducer<String, String> producer(String transactionalId, Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(Map.of(
                "bootstrap.servers",
                node.bootstrapServers(),
                "transactional.id",
                transactionalId,
                "key.serializer",
                StringSerializer.class,
                "value.serializer",
                StringSerializer.class,
                "max.block.ms",
                "20000"));
        settings.putAll(more);
        return new KafkaProducer<>(settings);
    }

    private static KafkaConsumer<String, String> consumer(String group, String isolation) {
        return new KafkaConsumer<>(Map.of(
                "bootstrap.servers",
                node.bootstrapServers(),
                "group.id",
                group,
                "isolation.level",
                isolation,
                "auto.offset.reset",
                "earliest",
                "enable.auto.commit",
                "false",
                "key.deserializer",
                StringDeserializer.class,
                "value.deserializer",
                StringDeserializer.class));
    }

    private static List<String> read(String topic, String isolation, int count) {
        try (KafkaConsumer<String, String> consumer = consumer("reader-" + isolation, isolation)) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
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

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void whatIsCommittedIsReadAndWhatIsAbortedIsNot(int version) throws Exception {
        use(version);
        topic("pay", 2);
        try (KafkaProducer<String, String> producer = producer("payer", Map.of())) {
            producer.initTransactions();
            List<String> kept = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                producer.beginTransaction();
                for (int p = 0; p < 2; p++) {
                    producer.send(new ProducerRecord<>("pay", p, null, "v" + i));
                }
                if (i % 3 == 0) {
                    producer.flush();
                    producer.abortTransaction();
                } else {
                    producer.commitTransaction();
                    kept.add("v" + i);
                    kept.add("v" + i);
                }
            }
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("pay", 0, null, "open")).get();
            assertThat(read("pay", "read_committed", kept.size())).containsExactlyInAnyOrderElementsOf(kept);
            assertThat(read("pay", "read_uncommitted", 41)).contains("open", "v0");
            producer.commitTransaction();
            assertThat(read("pay", "read_committed", kept.size() + 1)).contains("open");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void theNextProducerOfTheSameIdFencesTheFirst(int version) throws Exception {
        use(version);
        topic("fenced", 1);
        try (KafkaProducer<String, String> first = producer("one", Map.of());
                KafkaProducer<String, String> second = producer("one", Map.of())) {
            first.initTransactions();
            first.beginTransaction();
            first.send(new ProducerRecord<>("fenced", "lost")).get();
            second.initTransactions();
            assertThatThrownBy(() -> {
                        first.send(new ProducerRecord<>("fenced", "too late"));
                        first.commitTransaction();
                    })
                    .isInstanceOf(KafkaException.class);
            second.beginTransaction();
            second.send(new ProducerRecord<>("fenced", "kept"));
            second.commitTransaction();
            assertThat(read("fenced", "read_committed", 1)).containsExactly("kept");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aTransactionOverItsTimeIsAborted(int version) throws Exception {
        use(version);
        topic("slow", 1);
        try (KafkaProducer<String, String> producer = producer("sleeper", Map.of("transaction.timeout.ms", "300"))) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("slow", "never")).get();
            try (KafkaProducer<String, String> other = producer("waker", Map.of())) {
                other.initTransactions();
                other.beginTransaction();
                other.send(new ProducerRecord<>("slow", "seen"));
                other.commitTransaction();
            }
            assertThat(read("slow", "read_committed", 1)).containsExactly("seen");
            assertThatThrownBy(producer::commitTransaction).isInstanceOf(KafkaException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void offsetsMoveWithTheRecordsThatTheyLedTo(int version) throws Exception {
        use(version);
        topic("in", 1);
        topic("out", 1);
        try (KafkaProducer<String, String> source = producer("source", Map.of())) {
            source.initTransactions();
            source.beginTransaction();
            for (int i = 0; i < 10; i++) {
                source.send(new ProducerRecord<>("in", "v" + i));
            }
            source.commitTransaction();
        }
        TopicPartition in = new TopicPartition("in", 0);
        try (KafkaConsumer<String, String> consumer = consumer("copiers", "read_committed");
                KafkaProducer<String, String> copier = producer("copier", Map.of())) {
            copier.initTransactions();
            consumer.subscribe(Set.of("in"));
            int copied = 0;
            while (copied < 10) {
                var records = consumer.poll(Duration.ofMillis(100));
                if (records.isEmpty()) {
                    continue;
                }
                for (boolean commit : new boolean[] {false, true}) {
                    copier.beginTransaction();
                    records.forEach(record -> copier.send(new ProducerRecord<>("out", record.value())));
                    copier.sendOffsetsToTransaction(
                            Map.of(in, new OffsetAndMetadata(consumer.position(in))), consumer.groupMetadata());
                    if (commit) {
                        copier.commitTransaction();
                    } else {
                        copier.abortTransaction();
                        assertThat(consumer.committed(Set.of(in)).get(in)).isNull();
                    }
                }
                copied += records.count();
            }
            assertThat(consumer.committed(Set.of(in)).get(in).offset()).isGreaterThanOrEqualTo(10);
        }
        assertThat(read("out", "read_committed", 10)).hasSize(10);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void anIdThatIsFencedByItsSuccessorSaysSo(int version) throws Exception {
        use(version);
        topic("successor", 1);
        try (KafkaProducer<String, String> first = producer("two", Map.of());
                KafkaProducer<String, String> second = producer("two", Map.of())) {
            first.initTransactions();
            second.initTransactions();
            first.beginTransaction();
            first.send(new ProducerRecord<>("successor", "x"));
            assertThatThrownBy(first::commitTransaction).isInstanceOf(KafkaException.class);
            assertThatThrownBy(first::abortTransaction).isInstanceOf(ProducerFencedException.class);
        }
    }

    @Test
    void aTransactionThatHangsIsFoundAndEnded() throws Exception {
        use(1);
        topic("hangs", 1);
        TopicPartition hangs = new TopicPartition("hangs", 0);
        verification("false");
        try (KafkaProducer<String, String> producer = producer("gone", Map.of())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("hangs", "x")).get();
            // Its coordinator forgets of the partition what the log still has: as a late write would leave it.
            ProducerState open = producerOf(hangs);
            admin.abortTransaction(new AbortTransactionSpec(
                            hangs,
                            open.producerId(),
                            (short) open.producerEpoch(),
                            open.coordinatorEpoch().orElse(0)))
                    .all()
                    .get();
            assertThat(producerOf(hangs).currentTransactionStartOffset()).isEmpty();
            assertThat(read("hangs", "read_uncommitted", 1)).containsExactly("x");
            assertThat(admin.listTransactions().all().get())
                    .filteredOn(listed -> listed.transactionalId().equals("gone"))
                    .singleElement()
                    .satisfies(listed -> assertThat(listed.state()).isEqualTo(TransactionState.ONGOING));
            TransactionDescription described = admin.describeTransactions(Set.of("gone"))
                    .description("gone")
                    .get();
            assertThat(described.topicPartitions()).containsExactly(hangs);
            producer.abortTransaction();
        } finally {
            verification("true");
        }
    }

    private static void verification(String enabled) throws Exception {
        ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, "");
        ConfigEntry entry = new ConfigEntry("transaction.partition.verification.enable", enabled);
        admin.incrementalAlterConfigs(Map.of(broker, List.of(new AlterConfigOp(entry, AlterConfigOp.OpType.SET))))
                .all()
                .get();
    }

    private static ProducerState producerOf(TopicPartition partition) throws Exception {
        return admin.describeProducers(Set.of(partition))
                .partitionResult(partition)
                .get()
                .activeProducers()
                .getFirst();
    }
}
