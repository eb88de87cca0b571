package io.kurier.tests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.NodeProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.SubscriptionPattern;
import org.apache.kafka.common.GroupType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Consumer groups of the new protocol (KIP-848) with the Java client: every record is seen, partitions are owned once,
/// nobody is disturbed for others.
@Timeout(120)
class NewProtocolIT {
    @TempDir
    static Path folder;

    private static NodeProcess node;

    @BeforeAll
    static void start() throws Exception {
        node = NodeProcess.start(
                folder, "group.consumer.session.timeout.ms=2000", "group.consumer.heartbeat.interval.ms=200");
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
    }

    private static Map<String, String> settings(String key, String value) {
        return new TreeMap<>(Map.of("group.protocol", "consumer", key, value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"uniform", "range"})
    void membersJoinLeaveAndDie(String assignor) throws Exception {
        Map<String, String> settings = settings("group.remote.assignor", assignor);
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
        }
    }

    @Test
    void aStaticMemberComesBackToItsPartitions() throws Exception {
        try (var group = new GroupFixture(node.bootstrapServers(), "new-static")) {
            Member.Local stays = group.member(settings("group.instance.id", "stays"));
            Member.Local returns = group.member(settings("group.instance.id", "returns"));
            group.awaitShared(2);
            int assignmentsBefore = stays.assignments().size();
            returns.leave();
            group.member(settings("group.instance.id", "returns"));
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
                        node.bootstrapServers(), "patterns", settings("metadata.max.age.ms", "300"))) {
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
}
