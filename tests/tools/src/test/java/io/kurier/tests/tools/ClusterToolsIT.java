package io.kurier.tests.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.tools.BrokerApiVersionsCommand;
import org.apache.kafka.tools.ClusterTool;
import org.apache.kafka.tools.FeatureCommand;
import org.apache.kafka.tools.LeaderElectionCommand;
import org.apache.kafka.tools.LogDirsCommand;
import org.apache.kafka.tools.MetadataQuorumCommand;
import org.apache.kafka.tools.TransactionsCommand;
import org.apache.kafka.tools.reassign.ReassignPartitionsCommand;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// The tools that look after a cluster: quorum, features, elections, versions, directories, transactions,
/// reassignments.
@ExtendWith(SharedNode.class)
class ClusterToolsIT {
    private final NodeProcess node;

    @TempDir
    Path folder;

    ClusterToolsIT(NodeProcess node) {
        this.node = node;
    }

    @Test
    void metadataQuorum() {
        assertThat(node.run(MetadataQuorumCommand::main, "describe", "--status")
                        .ok()
                        .lines())
                .anyMatch(line -> line.matches("ClusterId:\\s+[\\w-]{22}"))
                .anyMatch(line -> line.matches("LeaderId:\\s+1"))
                .anyMatch(line -> line.matches("LeaderEpoch:\\s+[1-9]\\d*"))
                .anyMatch(line -> line.matches("HighWatermark:\\s+[1-9]\\d*"))
                .anyMatch(line -> line.matches("MaxFollowerLag:\\s+0"))
                .anyMatch(
                        line -> line.matches(
                                "CurrentVoters:\\s+\\[\\{\"id\": 1, \"directoryId\": \"[\\w-]{22}\", \"endpoints\": \\[.*\\]\\}\\]"))
                .anyMatch(line -> line.matches("CurrentObservers:\\s+\\[\\]"));
        assertThat(node.run(MetadataQuorumCommand::main, "describe", "--replication")
                        .ok()
                        .table("NodeId"))
                .singleElement()
                .satisfies(row -> assertThat(row)
                        .containsEntry("NodeId", "1")
                        .containsEntry("Lag", "0")
                        .containsEntry("Status", "Leader"));
        assertThat(node.run(MetadataQuorumCommand::main, "describe", "--replication", "--human-readable")
                        .ok()
                        .out())
                .contains("ms ago");
    }

    @Test
    void features() {
        List<String> described = node.run(FeatureCommand::main, "describe").ok().lines();
        assertThat(described)
                .extracting(line -> line.split("\\s+")[1])
                .containsExactly(
                        "eligible.leader.replicas.version",
                        "group.version",
                        "kraft.version",
                        "metadata.version",
                        "share.version",
                        "streams.version",
                        "transaction.version");
        assertThat(node.run(FeatureCommand::main, "downgrade", "--feature", "share.version=1")
                        .ok()
                        .line())
                .isEqualTo("share.version was downgraded to 1.");
        assertThat(level("share.version")).isEqualTo("1");
        assertThat(node.run(FeatureCommand::main, "upgrade", "--feature", "share.version=2", "--dry-run")
                        .ok()
                        .line())
                .isEqualTo("share.version can be upgraded to 2.");
        assertThat(level("share.version")).isEqualTo("1");
        assertThat(node.run(FeatureCommand::main, "upgrade", "--feature", "share.version=2")
                        .ok()
                        .line())
                .isEqualTo("share.version was upgraded to 2.");
        assertThat(level("share.version")).isEqualTo("2");
        node.run(FeatureCommand::main, "upgrade", "--feature", "share.version=9")
                .failsSaying("Could not upgrade share.version to 9.");
        node.run(FeatureCommand::main, "upgrade", "--feature", "no.such.version=1")
                .failsSaying("no.such.version");
        assertThat(node.run(FeatureCommand::main, "version-mapping", "--release-version", "4.3-IV0")
                        .ok()
                        .lines())
                .contains("metadata.version=30 (4.3-IV0)", "kraft.version=1");
        assertThat(node.run(FeatureCommand::main, "feature-dependencies", "--feature", "group.version=1")
                        .ok()
                        .line())
                .isEqualTo("group.version=1 has no dependencies.");
    }

    private String level(String feature) {
        return node.run(FeatureCommand::main, "describe").ok().lines().stream()
                .filter(line -> line.contains(feature))
                .map(line -> line.replaceAll(".*FinalizedVersionLevel: (\\S+).*", "$1"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void leaderElection() throws Exception {
        node.createTopic("elected", 2);
        assertThat(node.run(
                                LeaderElectionCommand::main,
                                "--election-type",
                                "preferred",
                                "--topic",
                                "elected",
                                "--partition",
                                "0")
                        .ok()
                        .line())
                .isEqualTo("Valid replica already elected for partitions elected-0");
        node.run(LeaderElectionCommand::main, "--election-type", "preferred", "--all-topic-partitions")
                .ok();
        Path file = Files.writeString(
                folder.resolve("elect.json"),
                "{\"partitions\":[{\"topic\":\"elected\",\"partition\":0},{\"topic\":\"elected\",\"partition\":1}]}");
        assertThat(node.run(
                                LeaderElectionCommand::main,
                                "--election-type",
                                "unclean",
                                "--path-to-json-file",
                                file.toString())
                        .ok()
                        .line())
                .startsWith("Valid replica already elected for partitions elected-");
        node.run(LeaderElectionCommand::main, "--election-type", "preferred", "--topic", "nowhere", "--partition", "0")
                .failsSaying("nowhere-0");
    }

    @Test
    void apiVersions() {
        var lines = node.run(BrokerApiVersionsCommand::main).ok().lines();
        assertThat(lines.getFirst()).isEqualTo(node.bootstrap() + " (id: 1 rack: null isFenced: false) -> (");
        assertThat(lines)
                .contains("Produce(0): 0 to 13 [usable: 13],", "Fetch(1): 4 to 18 [usable: 18],")
                .contains("DeleteRecords(21): 0 to 2 [usable: 2],", "DescribeLogDirs(35): 1 to 5 [usable: 5],")
                .noneMatch(line -> line.startsWith("UNKNOWN"));
    }

    @Test
    void clusterIdentity() {
        assertThat(Tool.run(ClusterTool::main, "cluster-id", "--bootstrap-server", node.bootstrap())
                        .ok()
                        .line())
                .matches("Cluster ID: [\\w-]{22}");
        assertThat(Tool.run(ClusterTool::main, "list-endpoints", "--bootstrap-server", node.bootstrap())
                        .ok()
                        .table("ID"))
                .singleElement()
                .satisfies(row -> assertThat(row)
                        .containsEntry("ID", "1")
                        .containsEntry("HOST", "127.0.0.1")
                        .containsEntry("STATE", "unfenced"));
    }

    @Test
    void logDirectories() {
        node.createTopic("stored", 1);
        node.produce("stored", "a:1");
        var described = node.run(LogDirsCommand::main, "--describe", "--topic-list", "stored", "--broker-list", "1")
                .ok();
        assertThat(described.lines()).hasSize(3);
        assertThat(described.lines().getLast())
                .matches(
                        "\\{\"brokers\":\\[\\{\"broker\":1,\"logDirs\":\\[\\{\"partitions\":\\[\\{\"partition\":\"stored-0\","
                                + "\"size\":[1-9]\\d*,\"offsetLag\":0,\"isFuture\":false\\}\\],\"error\":null,\"logDir\":\".*/data\"\\}\\]\\}\\],"
                                + "\"version\":1\\}");
        assertThat(node.run(LogDirsCommand::main, "--describe").ok().out()).contains("\"partition\":\"stored-0\"");
    }

    @Test
    void transactions() {
        node.createTopic("written", 1);
        node.produce("written", "a:1");
        Map<String, Object> settings = Map.of("bootstrap.servers", node.bootstrap(), "transactional.id", "tool-tested");
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            assertThat(node.run(TransactionsCommand::main, "list").ok().table("TransactionalId"))
                    .singleElement()
                    .satisfies(row -> assertThat(row)
                            .containsEntry("TransactionalId", "tool-tested")
                            .containsEntry("TransactionState", "Empty"));
        }
        assertThat(node.run(TransactionsCommand::main, "describe-producers", "--topic", "written", "--partition", "0")
                        .ok()
                        .table("ProducerId"))
                .singleElement()
                .satisfies(row -> assertThat(row)
                        .containsEntry("ProducerEpoch", "0")
                        .containsEntry("LastSequence", "0")
                        .containsEntry("CurrentTransactionStartOffset", "None"));
        assertThat(node.run(TransactionsCommand::main, "find-hanging", "--broker-id", "1")
                        .ok()
                        .table("Topic"))
                .isEmpty();
    }

    @Test
    void reassignments() throws Exception {
        node.createTopic("moved", 1);
        Tool.Main reassign = ReassignPartitionsCommand::main;
        Path topics =
                Files.writeString(folder.resolve("topics.json"), "{\"version\":1,\"topics\":[{\"topic\":\"moved\"}]}");
        var generated = node.run(
                        reassign, "--generate", "--topics-to-move-json-file", topics.toString(), "--broker-list", "1")
                .ok();
        assertThat(generated.lines().getFirst()).isEqualTo("Current partition replica assignment");
        assertThat(generated.lines().getLast())
                .isEqualTo(
                        "{\"version\":1,\"partitions\":[{\"topic\":\"moved\",\"partition\":0,\"replicas\":[1],\"log_dirs\":[\"any\"]}]}");
        Path plan =
                Files.writeString(folder.resolve("plan.json"), generated.lines().get(1));
        String[] file = {"--reassignment-json-file", plan.toString()};
        assertThat(node.run(reassign, "--execute", file[0], file[1]).ok().out())
                .contains("Successfully started partition reassignment for moved-0");
        assertThat(node.run(reassign, "--verify", file[0], file[1]).ok().lines())
                .contains("Reassignment of partition moved-0 is completed.");
        assertThat(node.run(reassign, "--list").ok().line()).isEqualTo("No partition reassignments found.");
        assertThat(node.run(reassign, "--cancel", file[0], file[1]).ok().out())
                .contains("None of the specified partition reassignments are active.");
        assertThat(Map.of("replicas", generated.lines().get(1)).toString()).contains("\"log_dirs\":[\"");
    }
}
