package io.kurier.tests.tools;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.tools.GroupsCommand;
import org.apache.kafka.tools.ProducerPerformance;
import org.apache.kafka.tools.StreamsResetter;
import org.apache.kafka.tools.TopicCommand;
import org.apache.kafka.tools.consumer.group.ConsumerGroupCommand;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// `kafka-consumer-groups`, `kafka-groups` and `kafka-streams-application-reset`.
@ExtendWith(SharedNode.class)
class GroupToolIT {
    private static final String NO_MEMBERS = "Consumer group '.*' has no active members\\.";

    private final NodeProcess node;

    @TempDir
    Path folder;

    GroupToolIT(NodeProcess node) {
        this.node = node;
    }

    private Printed groups(String... arguments) {
        return node.run(ConsumerGroupCommand::main, arguments);
    }

    /// Two partitions with `perPartition` records each, none of them read.
    private void filledTopic(String topic, int perPartition) {
        node.createTopic(topic, 2);
        node.run(
                        ProducerPerformance::main,
                        "--topic",
                        topic,
                        "--num-records",
                        Integer.toString(2 * perPartition),
                        "--throughput",
                        "-1",
                        "--record-size",
                        "10",
                        "--command-property",
                        "batch.size=1",
                        "partitioner.class=" + RoundRobinPartitioner.class.getName())
                .ok();
    }

    private Map<String, String> newOffsets(Printed reset) {
        return reset.ok().table("GROUP").stream()
                .collect(toMap(row -> row.get("PARTITION"), row -> row.get("NEW-OFFSET")));
    }

    @Test
    void describesAGroupAtWork() throws Exception {
        filledTopic("watched", 5);
        try (var member = new GroupMember(node, "watchers", "watched")) {
            var rows = groups("--describe", "--group", "watchers").ok().table("GROUP");
            assertThat(rows).hasSize(2).allSatisfy(row -> {
                assertThat(row).containsEntry("GROUP", "watchers").containsEntry("TOPIC", "watched");
                assertThat(row).containsEntry("LOG-END-OFFSET", "5").containsEntry("CLIENT-ID", "member");
                assertThat(row.get("HOST")).isEqualTo("/127.0.0.1");
                assertThat(row.get("CONSUMER-ID")).startsWith("member-");
            });
            assertThat(groups("--describe", "--group", "watchers", "--state")
                            .ok()
                            .table("GROUP"))
                    .singleElement()
                    .satisfies(row ->
                            assertThat(row.toString()).contains(node.bootstrap(), "(1)", "range", "Stable", "1"));
            assertThat(groups("--describe", "--group", "watchers", "--members", "--verbose")
                            .ok()
                            .table("GROUP"))
                    .singleElement()
                    .satisfies(row -> assertThat(row)
                            .containsEntry("#PARTITIONS", "2")
                            .containsEntry("CURRENT-ASSIGNMENT", "watched:0,1"));
            assertThat(groups("--list", "--state", "Stable").ok().table("GROUP"))
                    .contains(Map.of("GROUP", "watchers", "STATE", "Stable"));
            assertThat(groups("--delete", "--group", "watchers").out()).contains("GroupNotEmptyException");
            assertThat(groups(
                                    "--reset-offsets",
                                    "--group",
                                    "watchers",
                                    "--topic",
                                    "watched",
                                    "--to-earliest",
                                    "--execute")
                            .out())
                    .contains("Assignments can only be reset if the group 'watchers' is inactive");
            assertThat(groups("--delete-offsets", "--group", "watchers", "--topic", "watched")
                            .out())
                    .contains("Encountered some partition-level error");
        }
        var after = groups("--describe", "--group", "watchers", "--offsets", "--verbose")
                .okSaying(NO_MEMBERS);
        assertThat(after.table("GROUP"))
                .hasSize(2)
                .allSatisfy(row -> assertThat(row)
                        .containsEntry("CURRENT-OFFSET", "5")
                        .containsEntry("LAG", "0")
                        .containsEntry("LEADER-EPOCH", "0")
                        .containsEntry("CONSUMER-ID", "-"));
        assertThat(groups("--list", "--type", "classic").ok().out()).contains("watchers");
        assertThat(node.run(GroupsCommand::main, "--list", "--group-type", "classic")
                        .ok()
                        .table("GROUP"))
                .contains(Map.of("GROUP", "watchers", "TYPE", "Classic", "PROTOCOL", "consumer"));
        assertThat(node.run(GroupsCommand::main, "--list", "--consumer").ok().out())
                .contains("watchers");
        assertThat(groups("--describe", "--all-groups").out()).contains("watchers");
    }

    @Test
    void resetsInEveryWay() throws Exception {
        filledTopic("rewound", 5);
        assertThat(newOffsets(reset("--topic", "rewound", "--to-latest", "--execute")))
                .isEqualTo(Map.of("0", "5", "1", "5"));
        assertThat(newOffsets(reset("--topic", "rewound", "--to-earliest", "--dry-run")))
                .isEqualTo(Map.of("0", "0", "1", "0"));
        assertThat(newOffsets(reset("--topic", "rewound:1", "--to-earliest", "--execute")))
                .isEqualTo(Map.of("1", "0"));
        assertThat(newOffsets(reset("--topic", "rewound:0", "--shift-by", "-2", "--execute")))
                .isEqualTo(Map.of("0", "3"));
        assertThat(newOffsets(reset("--topic", "rewound", "--to-offset", "4", "--dry-run")))
                .isEqualTo(Map.of("0", "4", "1", "4"));
        assertThat(newOffsets(reset("--all-topics", "--to-current", "--dry-run")))
                .isEqualTo(Map.of("0", "3", "1", "0"));
        assertThat(newOffsets(reset("--all-topics", "--to-datetime", "2020-01-01T00:00:00.000", "--dry-run")))
                .isEqualTo(Map.of("0", "0", "1", "0"));
        assertThat(newOffsets(reset("--all-topics", "--by-duration", "PT1H", "--dry-run")))
                .isEqualTo(Map.of("0", "0", "1", "0"));
        assertThat(newOffsets(reset("--all-topics", "--by-duration", "PT0S", "--dry-run")))
                .isEqualTo(Map.of("0", "5", "1", "5"));

        var plan =
                reset("--all-topics", "--to-current", "--dry-run", "--export").ok();
        assertThat(plan.lines()).containsExactlyInAnyOrder("rewound,0,3", "rewound,1,0");
        Path file = Files.writeString(folder.resolve("plan.csv"), "rewound,0,2\nrewound,1,1\n");
        assertThat(newOffsets(reset("--from-file", file.toString(), "--execute")))
                .isEqualTo(Map.of("0", "2", "1", "1"));
        var described = groups("--describe", "--group", "rewinders").okSaying(NO_MEMBERS);
        assertThat(described.table("GROUP"))
                .extracting(row -> row.get("PARTITION") + ":" + row.get("CURRENT-OFFSET") + ":" + row.get("LAG"))
                .containsExactlyInAnyOrder("0:2:3", "1:1:4");

        var beyond = reset("--topic", "rewound:0", "--shift-by", "100", "--dry-run");
        assertThat(beyond.err()).contains("is higher than latest offset for topic partition rewound-0");
        assertThat(beyond.table("GROUP").getFirst()).containsEntry("NEW-OFFSET", "5");
    }

    private Printed reset(String... arguments) {
        String[] all = new String[arguments.length + 3];
        System.arraycopy(new String[] {"--reset-offsets", "--group", "rewinders"}, 0, all, 0, 3);
        System.arraycopy(arguments, 0, all, 3, arguments.length);
        return groups(all);
    }

    @Test
    void deletesOffsetsAndGroups() {
        filledTopic("forgotten", 1);
        groups("--reset-offsets", "--group", "leavers", "--topic", "forgotten", "--to-latest", "--execute")
                .ok();
        assertThat(groups("--delete-offsets", "--group", "leavers", "--topic", "forgotten:0")
                        .ok()
                        .table("TOPIC"))
                .containsExactly(Map.of("TOPIC", "forgotten", "PARTITION", "0", "STATUS", "Successful"));
        assertThat(groups("--describe", "--group", "leavers")
                        .okSaying(NO_MEMBERS)
                        .table("GROUP"))
                .singleElement()
                .satisfies(row -> assertThat(row).containsEntry("PARTITION", "1"));
        assertThat(groups("--delete", "--group", "leavers").ok().line())
                .isEqualTo("Deletion of requested consumer groups ('leavers') was successful.");
        assertThat(groups("--list").ok().lines()).doesNotContain("leavers");
        assertThat(groups("--delete", "--group", "leavers").out()).contains("The group id does not exist.");
        assertThat(groups("--describe", "--group", "leavers").out()).contains("Group leavers not found.");
        assertThat(groups("--validate-regex", "a.*").ok().line()).isEqualTo("The regular expression `a.*` is valid.");
    }

    @Test
    void resetsAStreamsApplication() {
        filledTopic("streamed", 3);
        node.createTopic("counter-store-changelog", 1);
        var planned = node.run(
                        StreamsResetter::main, "--application-id", "counter", "--input-topics", "streamed", "--dry-run")
                .ok();
        assertThat(planned.lines())
                .contains("Topic: streamed Partition: 0 Offset: 0", "Topic: streamed Partition: 1 Offset: 0")
                .anyMatch(line -> line.contains("counter-store-changelog"));
        node.run(
                        StreamsResetter::main,
                        "--application-id",
                        "counter",
                        "--input-topics",
                        "streamed",
                        "--to-latest",
                        "--force")
                .ok();
        assertThat(groups("--describe", "--group", "counter")
                        .okSaying(NO_MEMBERS)
                        .table("GROUP"))
                .extracting(row -> row.get("CURRENT-OFFSET"))
                .containsExactly("3", "3");
        assertThat(node.run(TopicCommand::main, "--list").ok().lines()).doesNotContain("counter-store-changelog");
    }
}
