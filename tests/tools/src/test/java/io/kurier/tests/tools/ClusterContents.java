package io.kurier.tests.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.admin.UserScramCredentialsDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.quota.ClientQuotaFilter;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// All that clients can see of a cluster, so that two looks can be compared.
///
/// @param features finalised levels by name
/// @param topics the users' topics by name
/// @param committed by group and partition
/// @param quotas by entity, as text
/// @param logins users and their SCRAM mechanisms, as text
record ClusterContents(
        String clusterId,
        Map<String, Short> features,
        Map<String, Topic> topics,
        Map<String, Map<TopicPartition, OffsetAndMetadata>> committed,
        Map<String, Map<String, Double>> quotas,
        Map<String, String> logins) {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final int MOST_POLLS = 150;

    /// @param configs those that somebody set
    record Topic(Uuid id, Map<String, String> configs, List<Partition> partitions) {}

    /// @param latest if the topic is compacted: the last value of each key; else empty
    /// @param records all that a consumer with `read_committed` gets; none if the topic is compacted
    /// @param producers as the leader knows them, as text
    record Partition(long start, long end, Map<String, String> latest, List<String> records, Set<String> producers) {}

    static ClusterContents read(String bootstrap) throws InterruptedException, ExecutionException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            Map<String, Short> features = new TreeMap<>();
            admin.describeFeatures()
                    .featureMetadata()
                    .get()
                    .finalizedFeatures()
                    .forEach((name, range) -> features.put(name, range.maxVersionLevel()));
            Map<String, Topic> topics = new TreeMap<>();
            Set<String> names =
                    admin.listTopics(new ListTopicsOptions()).names().get();
            for (TopicDescription topic :
                    admin.describeTopics(names).allTopicNames().get().values()) {
                topics.put(topic.name(), topic(bootstrap, admin, topic));
            }
            Map<String, Map<String, Double>> quotas = new TreeMap<>();
            admin.describeClientQuotas(ClientQuotaFilter.all())
                    .entities()
                    .get()
                    .forEach((entity, limits) ->
                            quotas.put(new TreeMap<>(entity.entries()).toString(), new TreeMap<>(limits)));
            return new ClusterContents(
                    admin.describeCluster().clusterId().get(),
                    features,
                    topics,
                    committed(admin),
                    quotas,
                    logins(admin));
        }
    }

    /// Fails, saying what differs, if this is not the same as what another look has seen.
    void assertSameAs(String where, ClusterContents seen) {
        assertThat(clusterId).as("cluster id %s", where).isEqualTo(seen.clusterId);
        assertThat(features).as("features %s", where).isEqualTo(seen.features);
        assertThat(topics.keySet()).as("topics %s", where).isEqualTo(seen.topics.keySet());
        topics.forEach((name, topic) -> {
            Topic other = seen.topics.get(name);
            assertThat(topic.id).as("id of %s %s", name, where).isEqualTo(other.id);
            assertThat(topic.configs).as("configs of %s %s", name, where).isEqualTo(other.configs);
            for (int i = 0; i < topic.partitions.size(); i++) {
                assertThat(topic.partitions.get(i))
                        .as("partition %s of %s %s", i, name, where)
                        .isEqualTo(other.partitions.get(i));
            }
        });
        assertThat(committed).as("committed offsets %s", where).isEqualTo(seen.committed);
        assertThat(quotas).as("quotas %s", where).isEqualTo(seen.quotas);
        assertThat(logins).as("logins %s", where).isEqualTo(seen.logins);
        assertThat(this).as("everything %s", where).isEqualTo(seen);
    }

    private static Map<String, Map<TopicPartition, OffsetAndMetadata>> committed(Admin admin)
            throws InterruptedException, ExecutionException {
        Map<String, Map<TopicPartition, OffsetAndMetadata>> committed = new TreeMap<>();
        for (var group : admin.listGroups().all().get()) {
            committed.put(
                    group.groupId(),
                    admin.listConsumerGroupOffsets(group.groupId())
                            .partitionsToOffsetAndMetadata()
                            .get());
        }
        return committed;
    }

    private static Map<String, String> logins(Admin admin) throws InterruptedException, ExecutionException {
        return admin.describeUserScramCredentials().all().get().values().stream()
                .collect(Collectors.toMap(
                        UserScramCredentialsDescription::name,
                        login -> login.credentialInfos().toString()));
    }

    private static Topic topic(String bootstrap, Admin admin, TopicDescription topic)
            throws InterruptedException, ExecutionException {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
        Map<String, String> configs = new TreeMap<>();
        admin.describeConfigs(List.of(resource)).all().get().get(resource).entries().stream()
                .filter(entry -> entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG)
                .forEach(entry -> configs.put(entry.name(), entry.value()));
        List<TopicPartition> partitions = IntStream.range(0, topic.partitions().size())
                .mapToObj(index -> new TopicPartition(topic.name(), index))
                .toList();
        boolean compacted = "compact".equals(configs.get("cleanup.policy"));
        Map<TopicPartition, Set<String>> producers =
                new TreeMap<>(java.util.Comparator.comparing(TopicPartition::partition));
        admin.describeProducers(partitions)
                .all()
                .get()
                .forEach((partition, states) -> producers.put(
                        partition,
                        states.activeProducers().stream()
                                .map(ClusterContents::text)
                                .collect(Collectors.toCollection(TreeSet::new))));
        List<Partition> read = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrap, "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            for (TopicPartition partition : partitions) {
                read.add(partition(admin, consumer, partition, compacted, producers.get(partition)));
            }
        }
        return new Topic(topic.topicId(), configs, read);
    }

    /// Without the coordinator's epoch and the time: both are of the run.
    private static String text(ProducerState producer) {
        return "producer " + producer.producerId() + " epoch " + producer.producerEpoch() + " sequence "
                + producer.lastSequence() + " open from " + producer.currentTransactionStartOffset();
    }

    private static Partition partition(
            Admin admin,
            KafkaConsumer<byte[], byte[]> consumer,
            TopicPartition partition,
            boolean compacted,
            Set<String> producers)
            throws InterruptedException, ExecutionException {
        long start = offset(admin, partition, OffsetSpec.earliest());
        long end = offset(admin, partition, OffsetSpec.latest());
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        long stable = consumer.endOffsets(List.of(partition)).get(partition);
        List<String> records = new ArrayList<>();
        Map<String, String> latest = new LinkedHashMap<>();
        for (int polls = 0; consumer.position(partition) < stable && polls < MOST_POLLS; polls++) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                if (compacted) {
                    latest.put(hex(record.key()), hex(record.value()));
                } else {
                    records.add(text(record));
                }
            }
        }
        if (consumer.position(partition) < stable) {
            throw new AssertionError(
                    partition + " could be read up to " + consumer.position(partition) + " of " + stable + " only");
        }
        return new Partition(start, end, latest, records, producers);
    }

    private static long offset(Admin admin, TopicPartition partition, OffsetSpec which)
            throws InterruptedException, ExecutionException {
        return admin.listOffsets(Map.of(partition, which))
                .all()
                .get()
                .get(partition)
                .offset();
    }

    private static String text(ConsumerRecord<byte[], byte[]> record) {
        String headers = StreamSupport.stream(record.headers().spliterator(), false)
                .map(header -> header.key() + "=" + hex(header.value()))
                .collect(Collectors.joining(","));
        return record.offset() + " epoch " + record.leaderEpoch().orElse(-1) + " at " + record.timestamp() + " "
                + record.timestampType() + ": " + hex(record.key()) + " -> " + hex(record.value()) + " [" + headers
                + "]";
    }

    private static String hex(byte[] bytes) {
        return bytes == null ? "null" : HexFormat.of().formatHex(bytes);
    }
}
