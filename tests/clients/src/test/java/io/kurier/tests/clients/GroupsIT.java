package io.kurier.tests.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kurier.testkit.NodeProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.consumer.RoundRobinAssignor;
import org.apache.kafka.clients.consumer.StickyAssignor;
import org.apache.kafka.clients.consumer.SubscriptionPattern;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Consumer groups whose members join, leave and die: every record is seen, partitions are owned once, offsets survive.
@Timeout(180)
class GroupsIT {
    @TempDir
    static Path folder;

    private static NodeProcess node;

    @BeforeAll
    static void start() throws Exception {
        node = NodeProcess.start(
                folder,
                "group.min.session.timeout.ms=1000",
                "group.initial.rebalance.delay.ms=0",
                "group.consumer.session.timeout.ms=2000",
                "group.consumer.heartbeat.interval.ms=200");
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                RangeAssignor.class,
                RoundRobinAssignor.class,
                StickyAssignor.class,
                CooperativeStickyAssignor.class
            })
    void membersJoinLeaveAndDie(Class<?> assignor) throws Exception {
        Clients.missingJava("2.8.2").ifPresent(missing -> assumeTrue(false, missing));
        Map<String, String> settings =
                Map.of("partition.assignment.strategy", assignor.getName(), "session.timeout.ms", "2000");
        try (var group = new GroupFixture(node.bootstrapServers(), assignor.getSimpleName())) {
            group.write(60);
            Member first = group.member(settings);
            group.awaitShared(1);
            Member second = group.member(settings);
            group.write(60);
            Member old = group.child(Clients.java("2.8.2"), lines(settings));
            group.awaitShared(3);
            group.write(60);
            second.leave();
            group.write(60);
            group.awaitShared(2);
            group.awaitAllSeen();
            old.die();
            group.write(60);
            Member third = group.member(settings);
            group.awaitShared(2);
            first.die();
            group.write(60);
            group.awaitShared(1);
            group.awaitAllSeen();
            Eventually.equal("lag", Map.of(0, 0L, 1, 0L, 2, 0L, 3, 0L, 4, 0L, 5, 0L), group::lag);
            third.leave();
            Eventually.equal(
                    "state", "Empty", () -> group.describe().groupState().toString());
        }
    }

    static Stream<OtherClient> otherClients() {
        Optional<String> confluent = Clients.module("confluent_kafka");
        List<String> confluentDriver = Clients.python("drive_confluent.py");
        return Stream.of(
                new OtherClient("librdkafka-range", confluentDriver, List.of("range"), confluent),
                new OtherClient("librdkafka-roundrobin", confluentDriver, List.of("roundrobin"), confluent),
                new OtherClient("librdkafka-cooperative", confluentDriver, List.of("cooperative-sticky"), confluent),
                new OtherClient(
                        "kafka-python", Clients.python("drive_kafka_python.py"), List.of(), Clients.module("kafka")),
                new OtherClient("kafkajs", Clients.kafkajs(), List.of(), Clients.missingKafkajs()));
    }

    record OtherClient(String name, List<String> driver, List<String> more, Optional<String> missing) {
        @Override
        public String toString() {
            return name;
        }
    }

    @ParameterizedTest
    @MethodSource("otherClients")
    void aKilledMemberOfAnyClientIsReplaced(OtherClient client) throws Exception {
        client.missing().ifPresent(missing -> assumeTrue(false, missing));
        try (var group = new GroupFixture(node.bootstrapServers(), client.name())) {
            group.write(60);
            Member first = group.child(client.driver(), client.more());
            group.awaitShared(1);
            group.child(client.driver(), client.more());
            group.write(60);
            group.awaitShared(2);
            first.die();
            group.write(60);
            group.awaitShared(1);
            group.awaitAllSeen();
        }
    }

    @Test
    void clientsOfSeveralFamiliesShareOneGroup() throws Exception {
        Clients.missingJava("2.8.2")
                .or(() -> Clients.module("confluent_kafka"))
                .or(() -> Clients.module("kafka"))
                .ifPresent(missing -> assumeTrue(false, missing));
        Map<String, String> range = Map.of("partition.assignment.strategy", RangeAssignor.class.getName());
        try (var group = new GroupFixture(node.bootstrapServers(), "families")) {
            group.write(60);
            group.member(range);
            group.child(Clients.python("drive_confluent.py"), List.of("range"));
            group.child(Clients.python("drive_kafka_python.py"), List.of());
            Member old = group.child(Clients.java("2.8.2"), lines(range));
            group.awaitShared(4);
            group.write(60);
            old.leave();
            group.awaitShared(3);
            group.write(60);
            group.awaitAllSeen();
        }
    }

    @Test
    void aStaticMemberComesBackToItsPartitionsWithoutARebalance() throws Exception {
        try (var group = new GroupFixture(node.bootstrapServers(), "static")) {
            Map<String, String> settings = Map.of("session.timeout.ms", "10000");
            Member.Local stays = group.member(with(settings, "group.instance.id", "stays"));
            Member.Local returns = group.member(with(settings, "group.instance.id", "returns"));
            group.awaitShared(2);
            Map<String, Set<Integer>> before = ownedByInstance(group);
            int assignmentsBefore = stays.assignments().size();
            returns.leave(); // a static member's close does not leave the group
            group.write(60);
            group.member(with(settings, "group.instance.id", "returns"));
            group.awaitAllSeen();
            assertThat(ownedByInstance(group)).isEqualTo(before);
            assertThat(stays.assignments()).hasSize(assignmentsBefore);
        }
    }

    @Test
    void theNewerOfTwoStaticMembersWithOneNameFencesTheOlder() throws Exception {
        try (var group = new GroupFixture(node.bootstrapServers(), "fenced")) {
            Member.Local older = group.member(Map.of("group.instance.id", "one"));
            group.awaitShared(1);
            Member.Local newer = group.member(Map.of("group.instance.id", "one"));
            Eventually.equal("the older fails", true, () -> older.failure() instanceof FencedInstanceIdException);
            group.write(60);
            group.awaitAllSeen();
            assertThat(newer.failure()).isNull();
        }
    }

    @Test
    void aStaticMemberThatStaysAwayLosesItsPartitions() throws Exception {
        try (var group = new GroupFixture(node.bootstrapServers(), "static-away")) {
            Map<String, String> settings = Map.of("session.timeout.ms", "2000");
            group.member(with(settings, "group.instance.id", "stays"));
            Member goes = group.member(with(settings, "group.instance.id", "goes"));
            group.awaitShared(2);
            goes.leave();
            group.awaitShared(1);
            group.write(60);
            group.awaitAllSeen();
        }
    }

    // ---- the new protocol (KIP-848)

    private static Map<String, String> newProtocol(String key, String value) {
        return new TreeMap<>(Map.of("group.protocol", "consumer", key, value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"uniform", "range"})
    void membersOfTheNewProtocolJoinLeaveAndDie(String assignor) throws Exception {
        Map<String, String> settings = newProtocol("group.remote.assignor", assignor);
        try (var group = new GroupFixture(node.bootstrapServers(), "new-" + assignor)) {
            group.write(60);
            Member first = group.member(settings);
            group.awaitShared(1);
            Member second = group.member(settings);
            Member third = group.member(settings);
            group.awaitShared(3);
            assertThat(group.describe().type()).isEqualTo(GroupType.CONSUMER);
            assertThat(group.describe().partitionAssignor()).isEqualTo(assignor);
            group.write(60);
            second.leave();
            group.awaitShared(2);
            group.write(60);
            group.awaitAllSeen();
            first.die();
            group.awaitShared(1);
            group.write(60);
            group.awaitAllSeen();
            Eventually.equal("lag", Map.of(0, 0L, 1, 0L, 2, 0L, 3, 0L, 4, 0L, 5, 0L), group::lag);
            third.leave();
            Eventually.equal(
                    "state", "Empty", () -> group.describe().groupState().toString());
            List<String> events = new ArrayList<>();
            kurier("group", "events", "new-" + assignor)
                    .forEach(event -> events.add(event.get("event").textValue()));
            assertThat(events).contains("joined", "left", "generation").endsWith("empty");
        }
    }

    /// Its members are restarted with the other protocol, one by one and back; the others go on (KIP-848).
    @ParameterizedTest
    @ValueSource(classes = {RangeAssignor.class, CooperativeStickyAssignor.class})
    void aLiveGroupGoesToTheNewProtocolAndBack(Class<?> assignor) throws Exception {
        Map<String, String> classic = Map.of(
                "partition.assignment.strategy", assignor.getName(),
                "session.timeout.ms", "2000",
                "heartbeat.interval.ms", "300");
        Map<String, String> modern = Map.of("group.protocol", "consumer");
        try (var group = new GroupFixture(node.bootstrapServers(), "migrating-" + assignor.getSimpleName())) {
            List<Member> members = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                members.add(group.member(classic));
            }
            group.awaitShared(3);
            group.write(60);
            for (Map<String, String> next : List.of(modern, classic)) {
                for (int i = 0; i < 3; i++) {
                    members.removeFirst().leave();
                    members.add(group.member(next));
                    group.write(60);
                    group.awaitShared(3);
                    if (i < 2) {
                        Eventually.equal(
                                "type",
                                GroupType.CONSUMER,
                                () -> group.describe().type());
                    }
                }
                group.awaitAllSeen();
            }
            Eventually.equal("type", GroupType.CLASSIC, () -> group.describe().type());
            Eventually.equal("lag", Map.of(0, 0L, 1, 0L, 2, 0L, 3, 0L, 4, 0L, 5, 0L), group::lag);
        }
    }

    @Test
    void aStaticMemberOfTheNewProtocolComesBackToItsPartitions() throws Exception {
        try (var group = new GroupFixture(node.bootstrapServers(), "new-static")) {
            Member.Local stays = group.member(newProtocol("group.instance.id", "stays"));
            Member.Local returns = group.member(newProtocol("group.instance.id", "returns"));
            group.awaitShared(2);
            Eventually.equal(
                    "partitions of the one that stays",
                    3,
                    () -> stays.assignments().isEmpty()
                            ? 0
                            : stays.assignments().getLast().size());
            int assignmentsBefore = stays.assignments().size();
            returns.leave();
            group.member(newProtocol("group.instance.id", "returns"));
            group.write(60);
            group.awaitAllSeen();
            group.awaitShared(2);
            assertThat(stays.assignments()).hasSize(assignmentsBefore);
        }
    }

    @Test
    void aPatternIsFollowedToNewTopics() throws Exception {
        try (var first = new GroupFixture(node.bootstrapServers(), "pattern-1");
                var consumer = GroupMember.consumer(
                        node.bootstrapServers(), "patterns", newProtocol("metadata.max.age.ms", "300"))) {
            consumer.subscribe(new SubscriptionPattern("pattern-[0-9]"));
            first.write(6);
            Set<String> topics = new HashSet<>();
            Eventually.equal("topics read", Set.of("pattern-1"), () -> {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> topics.add(record.topic()));
                return topics;
            });
            try (var second = new GroupFixture(node.bootstrapServers(), "pattern-2")) {
                second.write(6);
                Eventually.equal("topics read", Set.of("pattern-1", "pattern-2"), () -> {
                    consumer.poll(Duration.ofMillis(100)).forEach(record -> topics.add(record.topic()));
                    return topics;
                });
            }
            assertThat(consumer.groupMetadata().generationId()).isPositive();
            assertThat(List.copyOf(consumer.assignment())).hasSize(12);
        }
    }

    @Test
    void offsetsAndLagSurviveARestart(@TempDir Path own) throws Exception {
        Map<Integer, Long> lag = Map.of(0, 10L, 1, 9L, 2, 8L, 3, 7L, 4, 6L, 5, 5L);
        try (var restarted = NodeProcess.start(own);
                var group = new GroupFixture(restarted.bootstrapServers(), "kept")) {
            group.write(60);
            try (var consumer = GroupMember.consumer(restarted.bootstrapServers(), "kept", Map.of())) {
                consumer.commitSync(committed());
            }
            assertThat(group.lag()).isEqualTo(lag);
            restarted.stop();
            restarted.restart();
            restarted.awaitServing();
            assertThat(group.committed()).isEqualTo(committed());
            assertThat(group.lag()).isEqualTo(lag);
            group.member(Map.of());
            Eventually.equal("records seen", 45, () -> group.seen().size());
        }
    }

    @Test
    void kurierGroupDescribeShowsTheLag() throws Exception {
        try (var group = new GroupFixture(node.bootstrapServers(), "described")) {
            group.write(60);
            try (var consumer = GroupMember.consumer(node.bootstrapServers(), "described", Map.of())) {
                consumer.commitSync(Map.of(
                        new TopicPartition("described", 0), new OffsetAndMetadata(4),
                        new TopicPartition("described", 5), new OffsetAndMetadata(10)));
            }
            JsonNode described = kurier("group", "describe", "described").get(0);
            assertThat(described.get("lag").longValue()).isEqualTo(6);
            Map<Integer, Long> lags = new TreeMap<>();
            described
                    .get("partitions")
                    .forEach(p ->
                            lags.put(p.get("partition").intValue(), p.get("lag").longValue()));
            assertThat(lags).containsEntry(0, 6L).containsEntry(5, 0L);
        }
    }

    private static JsonNode kurier(String... words) throws Exception {
        var command = new ArrayList<>(NodeProcess.program());
        command.addAll(List.of(words));
        command.addAll(List.of("--json", "-b", node.bootstrapServers()));
        return new ObjectMapper().readTree(Command.output(command));
    }

    private static Map<TopicPartition, OffsetAndMetadata> committed() {
        return IntStream.range(0, GroupFixture.PARTITIONS)
                .boxed()
                .collect(Collectors.toMap(
                        partition -> new TopicPartition("kept", partition),
                        partition -> new OffsetAndMetadata(partition, "note " + partition)));
    }

    private static Map<String, String> with(Map<String, String> settings, String key, String value) {
        var all = new TreeMap<>(settings);
        all.put(key, value);
        return all;
    }

    private static Map<String, Set<Integer>> ownedByInstance(GroupFixture group) throws Exception {
        return group.describe().members().stream()
                .collect(Collectors.toMap(
                        (MemberDescription member) -> member.groupInstanceId().orElse("dynamic"),
                        GroupFixture::partitions));
    }

    private static List<String> lines(Map<String, String> settings) {
        return settings.entrySet().stream().map(String::valueOf).toList();
    }
}
