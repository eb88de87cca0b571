package io.kurier.tests.transactions;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.Await;
import io.kurier.testkit.NodeProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A record that comes when its transaction is over. Of clients whose transactions have an epoch each (version 2) it is
/// refused, whatever is switched off. Of older ones it opens a transaction that nobody ends, if verification is off:
/// Apache's `kafka-transactions` and ours list it and abort it, and readers go on.
@Timeout(120)
class HangingIT {
    private static final TopicPartition FIRST = new TopicPartition("first", 0);
    private static final TopicPartition SECOND = new TopicPartition("second", 0);
    private static final TopicPartition THIRD = new TopicPartition("third", 0);
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    @Test
    void onlyAnOlderClientCanLeaveAHangingTransactionAndAnAdministratorEndsIt() throws Exception {
        try (var node = NodeProcess.start(
                        folder,
                        "transaction.partition.verification.enable=false",
                        "transaction.state.log.num.partitions=1");
                Admin admin = Admin.create(Map.of("bootstrap.servers", node.bootstrapServers()))) {
            admin.createTopics(Stream.of("first", "second", "third")
                            .map(name -> new NewTopic(name, 1, (short) 1))
                            .toList())
                    .all()
                    .get();
            lateOfVersion2(node, admin);
            lateOfVersion1(node, admin, FIRST);
            lateOfVersion1(node, admin, SECOND);
            assertThat(committed(node, admin, FIRST)).doesNotContain("behind");
            for (List<String> tool : tools(node, "find-hanging", "--broker-id", "1")) {
                assertThat(Tools.output(tool).lines())
                        .as("%s", tool)
                        .anyMatch(line -> line.startsWith("first"))
                        .anyMatch(line -> line.startsWith("second"))
                        .noneMatch(line -> line.startsWith("third"));
            }
            abort(Tools.apache("TransactionsCommand"), node, admin, FIRST);
            abort(Tools.ours("kafka-transactions"), node, admin, SECOND);
            for (TopicPartition partition : List.of(FIRST, SECOND)) {
                awaitStable(admin, partition);
                assertThat(committed(node, admin, partition))
                        .endsWith("old", "behind")
                        .doesNotContain("late");
            }
            assertThat(Tools.output(
                            with(Tools.apache("TransactionsCommand"), node, "find-hanging", "--broker-id", "1")))
                    .doesNotContain("first", "second");
        }
    }

    /// Apache's tool and ours with these arguments.
    private static List<List<String>> tools(NodeProcess node, String... arguments) {
        return List.of(
                with(Tools.apache("TransactionsCommand"), node, arguments),
                with(Tools.ours("kafka-transactions"), node, arguments));
    }

    private static List<String> with(List<String> tool, NodeProcess node, String... arguments) {
        List<String> command = new ArrayList<>(tool);
        command.addAll(List.of("--bootstrap-server", node.bootstrapServers()));
        command.addAll(List.of(arguments));
        return command;
    }

    private static void lateOfVersion2(NodeProcess node, Admin admin) throws Exception {
        try (var producer = new RawProducer(node.port(), "newer")) {
            producer.init();
            assertThat(producer.produce(12, THIRD, 0, "new")).isEqualTo(Errors.NONE);
            assertThat(producer.commit(5)).isEqualTo(Errors.NONE);
            awaitStable(admin, THIRD);
            assertThat(producer.produce(12, THIRD, 1, "late")).isEqualTo(Errors.INVALID_PRODUCER_EPOCH);
            // The same by a request that does not say that it is of version 2.
            assertThat(producer.produce(11, THIRD, 1, "late")).isEqualTo(Errors.INVALID_PRODUCER_EPOCH);
            awaitStable(admin, THIRD);
        }
    }

    private static void lateOfVersion1(NodeProcess node, Admin admin, TopicPartition partition) throws Exception {
        try (var producer = new RawProducer(node.port(), "older-" + partition.topic());
                var next = new RawProducer(node.port(), "next-" + partition.topic())) {
            producer.init();
            assertThat(producer.add(partition)).isEqualTo(Errors.NONE);
            assertThat(producer.produce(11, partition, 0, "old")).isEqualTo(Errors.NONE);
            assertThat(producer.commit(4)).isEqualTo(Errors.NONE);
            awaitStable(admin, partition);
            assertThat(producer.produce(11, partition, 1, "late")).isEqualTo(Errors.NONE);
            next.init();
            assertThat(next.produce(12, partition, 0, "behind")).isEqualTo(Errors.NONE);
            assertThat(next.commit(5)).isEqualTo(Errors.NONE);
        }
    }

    /// Aborts what begins at the last stable offset.
    private static void abort(List<String> tool, NodeProcess node, Admin admin, TopicPartition partition)
            throws Exception {
        Tools.output(with(
                tool,
                node,
                "abort",
                "--topic",
                partition.topic(),
                "--partition",
                "0",
                "--start-offset",
                Long.toString(end(admin, partition, IsolationLevel.READ_COMMITTED))));
    }

    private static long end(Admin admin, TopicPartition partition, IsolationLevel isolation) {
        try {
            return admin.listOffsets(Map.of(partition, OffsetSpec.latest()), new ListOffsetsOptions(isolation))
                    .partitionResult(partition)
                    .get()
                    .offset();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void awaitStable(Admin admin, TopicPartition partition) {
        Await.until(
                LIMIT,
                "the end of all transactions in " + partition,
                () -> end(admin, partition, IsolationLevel.READ_COMMITTED)
                        == end(admin, partition, IsolationLevel.READ_UNCOMMITTED));
    }

    /// What can be read at read_committed now.
    private static List<String> committed(NodeProcess node, Admin admin, TopicPartition partition) {
        long end = end(admin, partition, IsolationLevel.READ_COMMITTED);
        Map<String, Object> settings =
                Map.of("bootstrap.servers", node.bootstrapServers(), "isolation.level", "read_committed");
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(Set.of(partition));
            consumer.seekToBeginning(Set.of(partition));
            List<String> values = new ArrayList<>();
            Await.until(LIMIT, "offset " + end + " of " + partition, () -> {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(record.value()));
                return consumer.position(partition) >= end;
            });
            return values;
        }
    }
}
