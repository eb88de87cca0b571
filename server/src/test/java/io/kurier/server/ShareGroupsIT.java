package io.kurier.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.testkit.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.serialization.IntegerDeserializer;
import org.apache.kafka.common.serialization.IntegerSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Share groups as Kafka's share consumers use them, on a real node.
@Timeout(60)
class ShareGroupsIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static Kurier node;
    private static Admin admin;

    @TempDir
    private Path data;

    @BeforeAll
    static void start() {
        node = builder().start();
        admin = admin(node);
    }

    @AfterAll
    static void stop() {
        admin.close();
        node.close();
    }

    private static Kurier.Builder builder() {
        return Kurier.builder()
                .set("share.coordinator.state.topic.num.partitions", "2")
                .set("offsets.topic.num.partitions", "1");
    }

    private static Admin admin(Kurier of) {
        return Admin.create(Map.of("bootstrap.servers", of.bootstrapServers()));
    }

    /// A topic with one partition and records 0, 1, ... in it, which the group reads from its beginning.
    private static void prepare(Kurier on, Admin by, String topic, String group, int records) throws Exception {
        by.createTopics(Set.of(new NewTopic(topic, 1, (short) 1))).all().get();
        by.incrementalAlterConfigs(Map.of(
                        new ConfigResource(ConfigResource.Type.GROUP, group),
                        List.of(new AlterConfigOp(
                                new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET))))
                .all()
                .get();
        produce(on, topic, 0, records);
    }

    private static void produce(Kurier on, String topic, int from, int to) {
        try (KafkaProducer<Integer, Integer> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", on.bootstrapServers()), new IntegerSerializer(), new IntegerSerializer())) {
            IntStream.range(from, to).forEach(value -> producer.send(new ProducerRecord<>(topic, value)));
        }
    }

    private static KafkaShareConsumer<Integer, Integer> member(Kurier on, String group, String topic, int maxRecords) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("bootstrap.servers", on.bootstrapServers());
        properties.put("group.id", group);
        properties.put("share.acknowledgement.mode", "explicit");
        properties.put("share.acquire.mode", "record_limit");
        properties.put("max.poll.records", maxRecords);
        KafkaShareConsumer<Integer, Integer> member =
                new KafkaShareConsumer<>(properties, new IntegerDeserializer(), new IntegerDeserializer());
        member.subscribe(List.of(topic));
        return member;
    }

    /// Polls until there is something.
    private static List<ConsumerRecord<Integer, Integer>> some(KafkaShareConsumer<Integer, Integer> member) {
        List<ConsumerRecord<Integer, Integer>> records = new ArrayList<>();
        Await.until(LIMIT, "records", () -> {
            member.poll(Duration.ofMillis(200)).forEach(records::add);
            return !records.isEmpty();
        });
        return records;
    }

    /// Polls until `enough` holds for how many values are accepted, saying of each record what `say` says of its
    /// value.
    ///
    /// @return values and how often each was delivered when it was accepted
    private static Map<Integer, Integer> accept(
            KafkaShareConsumer<Integer, Integer> member, IntFunction<AcknowledgeType> say, IntPredicate enough) {
        Map<Integer, Integer> accepted = new TreeMap<>();
        while (!enough.test(accepted.size())) {
            for (ConsumerRecord<Integer, Integer> record : some(member)) {
                AcknowledgeType type = say.apply(record.value());
                member.acknowledge(record, type);
                if (type == AcknowledgeType.ACCEPT) {
                    accepted.put(record.value(), (int) record.deliveryCount().orElseThrow());
                }
            }
            assertThat(member.commitSync().values())
                    .allSatisfy(failure -> assertThat(failure).isEmpty());
        }
        return accepted;
    }

    private static Map<Integer, Integer> acceptAll(KafkaShareConsumer<Integer, Integer> member, int count) {
        return accept(member, value -> AcknowledgeType.ACCEPT, size -> size >= count);
    }

    @Test
    void whatBecomesOfARecordIsWhatItsConsumerSays() throws Exception {
        prepare(node, admin, "jobs", "workers", 5);
        try (KafkaShareConsumer<Integer, Integer> member = member(node, "workers", "jobs", 100)) {
            Map<Integer, AcknowledgeType> first = new HashMap<>(Map.of(
                    1, AcknowledgeType.RELEASE,
                    2, AcknowledgeType.REJECT,
                    3, AcknowledgeType.RENEW));
            Map<Integer, Integer> accepted = accept(
                    member,
                    value -> {
                        AcknowledgeType said = first.remove(value);
                        return said == null ? AcknowledgeType.ACCEPT : said;
                    },
                    size -> size == 4);
            assertThat(accepted)
                    .as("how often each was delivered: 1 was released, 2 rejected, 3 kept for longer")
                    .isEqualTo(Map.of(0, 1, 1, 2, 3, 1, 4, 1));
            produce(node, "jobs", 5, 6);
            assertThat(acceptAll(member, 1)).as("nothing comes again").isEqualTo(Map.of(5, 1));
        }
    }

    @Test
    void consumersShareAPartition() throws Exception {
        prepare(node, admin, "shared", "many", 20);
        try (KafkaShareConsumer<Integer, Integer> stays = member(node, "many", "shared", 5)) {
            Set<Integer> mine = new TreeSet<>();
            Set<Integer> others = new TreeSet<>();
            try (KafkaShareConsumer<Integer, Integer> goes = member(node, "many", "shared", 5)) {
                some(goes).forEach(record -> others.add(record.value()));
                mine.addAll(acceptAll(stays, 15).keySet());
            }
            assertThat(mine).doesNotContainAnyElementsOf(others);
            mine.addAll(acceptAll(stays, others.size()).keySet());
            assertThat(mine).as("with what the other has left").hasSize(20);
        }
    }

    private static Long startOffset(String group, TopicPartition partition) throws Exception {
        SharePartitionOffsetInfo found = admin.listShareGroupOffsets(Map.of(group, new ListShareGroupOffsetsSpec()))
                .partitionsToOffsetInfo(group)
                .get()
                .get(partition);
        return found == null ? null : found.startOffset();
    }

    @Test
    void administratorsSetWhereAGroupIs() throws Exception {
        prepare(node, admin, "set", "movers", 10);
        TopicPartition partition = new TopicPartition("set", 0);
        try (KafkaShareConsumer<Integer, Integer> member = member(node, "movers", "set", 10)) {
            acceptAll(member, 10);
            assertThatThrownBy(() -> admin.alterShareGroupOffsets("movers", Map.of(partition, 7L))
                            .all()
                            .get())
                    .hasCauseInstanceOf(GroupNotEmptyException.class);
        }
        assertThat(startOffset("movers", partition)).isEqualTo(10);
        admin.alterShareGroupOffsets("movers", Map.of(partition, 7L)).all().get();
        assertThat(startOffset("movers", partition)).isEqualTo(7);
        try (KafkaShareConsumer<Integer, Integer> member = member(node, "movers", "set", 10)) {
            assertThat(acceptAll(member, 3)).containsOnlyKeys(7, 8, 9);
        }
        admin.deleteShareGroupOffsets("movers", Set.of("set")).all().get();
        assertThat(startOffset("movers", partition)).isNull();
        try (KafkaShareConsumer<Integer, Integer> member = member(node, "movers", "set", 10)) {
            assertThat(acceptAll(member, 10)).as("from the beginning").hasSize(10);
        }
        admin.deleteShareGroups(List.of("movers")).all().get();
        try (KafkaShareConsumer<Integer, Integer> member = member(node, "movers", "set", 10)) {
            assertThat(acceptAll(member, 10)).as("another group of this name").hasSize(10);
        }
    }

    @Test
    void whatWasAcceptedStaysSoWhenTheNodeStartsAgain() throws Exception {
        try (Kurier before = builder().data(data).start();
                Admin by = admin(before)) {
            prepare(before, by, "kept", "group", 10);
            try (KafkaShareConsumer<Integer, Integer> member = member(before, "group", "kept", 5)) {
                assertThat(acceptAll(member, 5)).containsOnlyKeys(0, 1, 2, 3, 4);
            }
        }
        try (Kurier after = builder().data(data).start();
                KafkaShareConsumer<Integer, Integer> member = member(after, "group", "kept", 5)) {
            assertThat(acceptAll(member, 5)).containsOnlyKeys(5, 6, 7, 8, 9);
        }
    }
}
