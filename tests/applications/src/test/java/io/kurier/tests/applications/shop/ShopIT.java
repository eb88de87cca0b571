package io.kurier.tests.applications.shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.Await;
import io.kurier.testkit.NodeProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.StreamsGroupDescription;
import org.apache.kafka.clients.admin.StreamsGroupMemberDescription;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.processor.StandbyUpdateListener;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Kafka Streams, exactly once: joins of streams and of a stream and a table, with state in RocksDB and changelogs on
/// the node. What comes out is what a plain computation gives, each once, whoever is killed meanwhile. More kills of
/// the node: `-Dkurier.kills=30`.
@Timeout(900)
class ShopIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int KILLS = Integer.getInteger("kurier.kills", 1);

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"classic", "streams"})
    void joinsGoOnWhenTheNodeIsKilledAndWhenTheLocalStateIsLost(String protocol) throws Exception {
        try (var node = start();
                var producer = producer(node);
                var results = new Results(node.bootstrapServers())) {
            var books = new Books(producer);
            books.customers("");
            try (KafkaStreams first = ShopProcess.instance(node.bootstrapServers(), folder.resolve("a"), protocol)) {
                first.start();
                books.orders(0, 40);
                results.await(books);
                if (protocol.equals("streams")) {
                    killAgainAndAgain(node, books, results);
                }
                first.close(CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
            }
            try (KafkaStreams second = ShopProcess.instance(node.bootstrapServers(), folder.resolve("b"), protocol)) {
                var restored = new Restored();
                second.setGlobalStateRestoreListener(restored);
                second.start();
                books.customers("renamed");
                Await.until(LIMIT, "the new names", () -> isRenamed(second));
                books.payTheRest(0, 40); // orders that only the changelogs know
                books.orders(40, 60);
                results.await(books);
                assertThat(restored.stores)
                        .anyMatch(store -> store.startsWith("paid"))
                        .contains("totals-store");
            }
            results.check(books);
        }
    }

    private static void killAgainAndAgain(NodeProcess node, Books books, Results results) throws Exception {
        long seed = Long.getLong("kurier.seed", System.nanoTime());
        System.out.println("ShopIT: repeat with -Dkurier.seed=" + seed + " -Dkurier.kills=" + KILLS);
        var random = new Random(seed);
        for (int kill = 1; kill <= KILLS; kill++) {
            int from = kill * 60;
            books.orders(from, from + 60);
            results.awaitReceipts(results.receipts().size() + random.nextInt(40));
            node.kill();
            node.restart();
            node.awaitServing();
            books.payTheRest(from, from + 60);
            books.flush();
            results.await(books);
        }
        System.out.printf(
                "ShopIT: %,d receipts, each once, over %d kills%n",
                results.receipts().size(), KILLS);
    }

    @Test
    void whoIsKilledIsReplacedByItsStandby() throws Exception {
        try (var node = start();
                var producer = producer(node);
                var results = new Results(node.bootstrapServers());
                Admin admin = Admin.create(Map.of("bootstrap.servers", node.bootstrapServers()))) {
            var group = new ConfigResource(ConfigResource.Type.GROUP, "shop");
            var standby = new ConfigEntry("streams.num.standby.replicas", "1");
            admin.incrementalAlterConfigs(Map.of(group, List.of(new AlterConfigOp(standby, AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
            var books = new Books(producer);
            books.customers("");
            Process killed =
                    ShopProcess.launch(node.bootstrapServers(), folder.resolve("killed"), folder.resolve("killed.txt"));
            try (KafkaStreams stays =
                    ShopProcess.instance(node.bootstrapServers(), folder.resolve("stays"), "streams")) {
                books.orders(0, 40);
                results.await(books);
                var promoted = new Promoted();
                stays.setStandbyUpdateListener(promoted);
                stays.start();
                Await.until(LIMIT, "both with active and standby tasks", () -> isShared(admin));
                books.orders(40, 60);
                results.await(books);
                books.orders(60, 80);
                killed.destroyForcibly().waitFor();
                books.payTheRest(0, 80);
                books.flush();
                results.await(books);
                assertThat(promoted.stores).isNotEmpty();
            } finally {
                killed.destroyForcibly().waitFor();
            }
            results.check(books);
        }
    }

    private NodeProcess start() throws Exception {
        var node = NodeProcess.start(
                Files.createDirectories(folder.resolve("node")),
                "group.streams.session.timeout.ms=3000",
                "group.streams.heartbeat.interval.ms=500",
                "transaction.abort.timed.out.transaction.cleanup.interval.ms=500");
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", node.bootstrapServers()))) {
            admin.createTopics(Stream.of("orders", "payments", "customers", "receipts", "totals")
                            .map(topic -> new NewTopic(topic, 2, (short) 1))
                            .toList())
                    .all()
                    .get();
        }
        return node;
    }

    private static KafkaProducer<String, String> producer(NodeProcess node) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", node.bootstrapServers()), new StringSerializer(), new StringSerializer());
    }

    private static boolean isRenamed(KafkaStreams shop) {
        try {
            var store = shop.store(StoreQueryParameters.fromNameAndType(
                    "customers-store", QueryableStoreTypes.<String, String>keyValueStore()));
            return Stream.of("c0", "c1", "c2", "c3", "c4")
                    .allMatch(customer -> String.valueOf(store.get(customer)).endsWith("renamed"));
        } catch (InvalidStateStoreException notYet) {
            return false;
        }
    }

    private static boolean isShared(Admin admin) {
        StreamsGroupDescription group;
        try {
            group = admin.describeStreamsGroups(Set.of("shop")).all().get().get("shop");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        Collection<StreamsGroupMemberDescription> members = group.members();
        return group.groupState() == GroupState.STABLE
                && members.size() == 2
                && members.stream()
                        .allMatch(member -> !member.assignment().activeTasks().isEmpty()
                                && !member.assignment().standbyTasks().isEmpty());
    }

    /// The stores that were restored from changelogs.
    private static final class Restored implements StateRestoreListener {
        final Set<String> stores = ConcurrentHashMap.newKeySet();

        @Override
        public void onRestoreStart(TopicPartition changelog, String store, long start, long end) {}

        @Override
        public void onBatchRestored(TopicPartition changelog, String store, long end, long count) {}

        @Override
        public void onRestoreEnd(TopicPartition changelog, String store, long total) {
            if (total > 0) {
                stores.add(store);
            }
        }
    }

    /// The stores of standby tasks that became active.
    private static final class Promoted implements StandbyUpdateListener {
        final Set<String> stores = ConcurrentHashMap.newKeySet();

        @Override
        public void onUpdateStart(TopicPartition changelog, String store, long start) {}

        @Override
        public void onBatchLoaded(
                TopicPartition changelog, String store, TaskId task, long end, long size, long currentEnd) {}

        @Override
        public void onUpdateSuspended(
                TopicPartition changelog, String store, long offset, long end, SuspendReason reason) {
            if (reason == SuspendReason.PROMOTED) {
                stores.add(store);
            }
        }
    }
}
