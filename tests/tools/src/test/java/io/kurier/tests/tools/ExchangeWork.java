package io.kurier.tests.tools;

import io.kurier.testkit.Await;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.serialization.StringSerializer;

/// What clients leave behind on a node: some of everything that either kind of node keeps on its disks.
record ExchangeWork(String bootstrap) {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final List<String> CODECS = List.of("none", "gzip", "snappy", "lz4", "zstd");

    private interface Work {
        void on(Admin admin) throws InterruptedException, ExecutionException;
    }

    private void with(Work work) throws InterruptedException, ExecutionException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            work.on(admin);
        }
    }

    private KafkaProducer<String, String> producer(Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(more);
        settings.put("bootstrap.servers", bootstrap);
        return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    }

    /// The work of the first node, which alone serves transactions and SCRAM logins.
    void first() throws InterruptedException, ExecutionException {
        with(admin -> {
            all(admin.createTopics(List.of(
                            new NewTopic("application", 3, (short) 1),
                            new NewTopic("codecs", 2, (short) 1)
                                    .configs(Map.of("retention.ms", "-1", "message.timestamp.type", "CreateTime")),
                            new NewTopic("compacted", 1, (short) 1)
                                    .configs(Map.of(
                                            "cleanup.policy", "compact",
                                            "segment.ms", "1",
                                            "min.cleanable.dirty.ratio", "0.01")),
                            new NewTopic("stamped", 1, (short) 1)
                                    .configs(Map.of("message.timestamp.type", "LogAppendTime")),
                            new NewTopic("transactions", 1, (short) 1),
                            new NewTopic("trimmed", 1, (short) 1),
                            new NewTopic("gone", 3, (short) 1)))
                    .all());
            all(admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(
                            "alice",
                            new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4096),
                            "secret".getBytes(StandardCharsets.UTF_8))))
                    .all());
        });
        transactions();
        more("first");
        compacted();
        with(admin -> all(admin.deleteTopics(List.of("gone")).all()));
    }

    /// Deletes records, which Apache Kafka forgets again if it is killed within a minute.
    void trim() throws InterruptedException, ExecutionException {
        with(admin -> all(admin.deleteRecords(Map.of(new TopicPartition("trimmed", 0), RecordsToDelete.beforeOffset(7)))
                .all()));
    }

    /// The work of every node.
    void more(String run) throws InterruptedException, ExecutionException {
        for (String codec : CODECS) {
            produce("codecs", Map.of("compression.type", codec, "linger.ms", 20), run + "-" + codec, 40);
        }
        produce("stamped", Map.of(), run, 10);
        produce("trimmed", Map.of("enable.idempotence", "false", "acks", "1"), run, 20);
        with(admin -> {
            all(admin.createTopics(List.of(
                            new NewTopic("by-" + run, 2, (short) 1).configs(Map.of("max.message.bytes", "200000")),
                            new NewTopic("soon-gone-" + run, 2, (short) 1)))
                    .all());
            produce("by-" + run, Map.of(), run, 10);
            produce("soon-gone-" + run, Map.of(), run, 10);
            all(admin.deleteTopics(List.of("soon-gone-" + run)).all());
            all(admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.TOPIC, "codecs"),
                            List.of(new AlterConfigOp(
                                    new ConfigEntry("segment.bytes", "" + (2_000_000 + run.length())),
                                    AlterConfigOp.OpType.SET))))
                    .all());
            all(admin.alterClientQuotas(List.of(new ClientQuotaAlteration(
                            new ClientQuotaEntity(Map.of("client-id", "client-of-" + run)),
                            List.of(new ClientQuotaAlteration.Op("producer_byte_rate", 1e9 + run.length())))))
                    .all());
            all(admin.alterConsumerGroupOffsets(
                            "readers-of-" + run,
                            Map.of(new TopicPartition("codecs", 1), new OffsetAndMetadata(11, "left by " + run)))
                    .all());
            all(admin.alterConsumerGroupOffsets(
                            "readers",
                            Map.of(new TopicPartition("stamped", 0), new OffsetAndMetadata(run.length(), run)))
                    .all());
        });
    }

    /// A transaction that was committed and one that was aborted.
    private void transactions() throws InterruptedException, ExecutionException {
        try (KafkaProducer<String, String> producer = producer(Map.of("transactional.id", "clerks"))) {
            producer.initTransactions();
            for (String end : List.of("committed", "aborted", "committed-again")) {
                producer.beginTransaction();
                for (int i = 0; i < 5; i++) {
                    producer.send(new ProducerRecord<>("transactions", end + "-" + i))
                            .get();
                }
                if (end.equals("aborted")) {
                    producer.abortTransaction();
                } else {
                    producer.commitTransaction();
                }
            }
        }
    }

    /// Writes the same keys again and again until Apache Kafka has taken old values away.
    private void compacted() throws InterruptedException, ExecutionException {
        with(admin -> {
            TopicPartition partition = new TopicPartition("compacted", 0);
            for (int round = 0; round < 5; round++) {
                produce("compacted", Map.of(), "round-" + round, 10);
            }
            long written = 50;
            Await.until(LIMIT, "old values to be taken away", () -> count(partition) < written);
        });
    }

    private long count(TopicPartition partition) {
        try (var consumer = new org.apache.kafka.clients.consumer.KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrap),
                new org.apache.kafka.common.serialization.ByteArrayDeserializer(),
                new org.apache.kafka.common.serialization.ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            long count = 0;
            while (consumer.position(partition) < end) {
                count += consumer.poll(Duration.ofMillis(100)).count();
            }
            return count;
        }
    }

    /// Keys repeat in each call.
    private void produce(String topic, Map<String, Object> settings, String run, int records)
            throws InterruptedException, ExecutionException {
        try (KafkaProducer<String, String> producer = producer(settings)) {
            List<Future<?>> answers = new ArrayList<>();
            for (int i = 0; i < records; i++) {
                answers.add(producer.send(new ProducerRecord<>(
                        topic,
                        null,
                        "key-" + i,
                        i % 7 == 3 && topic.equals("compacted") ? null : run + "-" + "value".repeat(i % 5) + i,
                        List.of(new RecordHeader("run", run.getBytes(StandardCharsets.UTF_8))))));
            }
            for (Future<?> answer : answers) {
                answer.get();
            }
        }
    }

    private static void all(KafkaFuture<?> future) throws InterruptedException, ExecutionException {
        future.get();
    }
}
