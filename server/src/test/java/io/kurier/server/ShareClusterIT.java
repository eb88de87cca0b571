package io.kurier.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.IntegerDeserializer;
import org.apache.kafka.common.serialization.IntegerSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A share group over partitions that three nodes lead: its state and the ends of partitions go from node to node.
@Timeout(90)
class ShareClusterIT {
    private static final String TOPIC = "jobs";
    private static final String GROUP = "workers";
    private static final int PARTITIONS = 6;
    private static final int RECORDS = 60;

    @TempDir
    Path folder;

    @Test
    void theLagIsKnownWhicheverNodeLeads() throws Exception {
        try (LocalNodes nodes = LocalNodes.three(folder, Map.of("share.coordinator.state.topic.num.partitions", "3"));
                Admin admin = nodes.admin()) {
            String bootstrap = nodes.servers();
            nodes.awaitBrokers(admin);
            prepare(admin);
            produce(bootstrap, RECORDS);
            work(bootstrap);
            produce(bootstrap, PARTITIONS);
            Map<TopicPartition, Optional<Long>> lags =
                    new TreeMap<>((a, b) -> Integer.compare(a.partition(), b.partition()));
            offsets(admin).forEach((partition, info) -> lags.put(partition, info.lag()));
            assertThat(lags).hasSize(PARTITIONS);
            assertThat(lags.values()).as("lags of %s", lags).containsOnly(Optional.of(1L));
        }
    }

    private static void prepare(Admin admin) throws Exception {
        Map<Integer, List<Integer>> spread = new HashMap<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            spread.put(partition, List.of(partition % 3 + 1));
        }
        admin.createTopics(Set.of(new NewTopic(TOPIC, spread))).all().get();
        admin.incrementalAlterConfigs(Map.of(
                        new ConfigResource(ConfigResource.Type.GROUP, GROUP),
                        List.of(new AlterConfigOp(
                                new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET))))
                .all()
                .get();
    }

    /// As many in each partition.
    private static void produce(String bootstrap, int records) {
        try (KafkaProducer<Integer, Integer> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrap), new IntegerSerializer(), new IntegerSerializer())) {
            for (int i = 0; i < records; i++) {
                producer.send(new ProducerRecord<>(TOPIC, i % PARTITIONS, i, i));
            }
        }
    }

    private static void work(String bootstrap) {
        try (KafkaShareConsumer<Integer, Integer> member = new KafkaShareConsumer<>(
                Map.of("bootstrap.servers", bootstrap, "group.id", GROUP),
                new IntegerDeserializer(),
                new IntegerDeserializer())) {
            member.subscribe(List.of(TOPIC));
            Map<Integer, Integer> read = new HashMap<>();
            Await.until(Duration.ofSeconds(60), "all are read", () -> {
                for (ConsumerRecord<Integer, Integer> record : member.poll(Duration.ofMillis(100))) {
                    read.merge(record.value(), 1, Integer::sum);
                }
                return read.size() == RECORDS;
            });
            assertThat(read.values()).as("deliveries").containsOnly(1);
            member.commitSync(Duration.ofSeconds(10));
        }
    }

    private static Map<TopicPartition, SharePartitionOffsetInfo> offsets(Admin admin) throws Exception {
        return admin.listShareGroupOffsets(Map.of(GROUP, new ListShareGroupOffsetsSpec()))
                .partitionsToOffsetInfo(GROUP)
                .get();
    }
}
