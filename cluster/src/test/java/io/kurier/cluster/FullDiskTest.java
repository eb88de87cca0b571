package io.kurier.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.cluster.controller.SnapshotPolicy;
import io.kurier.kernel.Clock;
import io.kurier.testkit.Await;
import io.kurier.testkit.SimDisk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.protocol.ApiMessage;
import org.junit.jupiter.api.Test;

/// The metadata log on disks that are full, or that fail.
class FullDiskTest {
    private static final Path PATH = Path.of("/data");

    private static SimDisk disk() throws Exception {
        SimDisk disk = new SimDisk(Clock.system(), 1);
        disk.createDirectories(PATH);
        disk.syncDirectory(Path.of("/"));
        return disk;
    }

    private static CompletableFuture<? extends ApiMessage> create(Node node, String topic) {
        return node.cluster.submit(Node.creation(topic, 1), (short) 7).toCompletableFuture();
    }

    private static boolean isRefusedForStorage(Node node) {
        try {
            create(node, "refused").get(10, TimeUnit.MILLISECONDS);
            return false;
        } catch (ExecutionException e) {
            return e.getCause() instanceof KafkaStorageException
                    && String.valueOf(e.getMessage()).contains("space");
        } catch (Exception e) {
            return false;
        }
    }

    @Test
    void aFullDiskRefusesCommandsAndHealsWithoutARestart() throws Exception {
        SimDisk disk = disk();
        try (Node node = Node.start(PATH, disk, SnapshotPolicy.defaults())) {
            create(node, "before").get(10, TimeUnit.SECONDS);
            disk.fullAfterWrites(1);
            CompletableFuture<? extends ApiMessage> waiting = create(node, "waiting");
            Await.until(Duration.ofSeconds(20), "a refusal", () -> isRefusedForStorage(node));
            assertThat(node.cluster.image().topicsByName()).containsOnlyKeys("before");
            disk.heal();
            waiting.get(20, TimeUnit.SECONDS);
            Await.until(Duration.ofSeconds(20), "commands to be taken again", () -> !isRefusedForStorage(node));
            assertThat(node.cluster.image().topicsByName()).containsKeys("before", "waiting");
        }
        try (Node node = Node.start(PATH, disk, SnapshotPolicy.defaults())) {
            assertThat(node.cluster.image().topicsByName()).containsKeys("before", "waiting");
        }
    }

    @Test
    void aFailedSyncEndsTheLogAndLosesNothingThatWasAnswered() throws Exception {
        SimDisk disk = disk();
        try (Node node = Node.start(PATH, disk, SnapshotPolicy.defaults())) {
            create(node, "before").get(10, TimeUnit.SECONDS);
            CompletableFuture<Throwable> failure = new CompletableFuture<>();
            node.cluster.onFailure(failure::complete);
            disk.failNextSync(path -> path.toString().endsWith(".log"));
            CompletableFuture<? extends ApiMessage> last = create(node, "last");
            assertThat(last).failsWithin(Duration.ofSeconds(20));
            assertThat(failure.get(20, TimeUnit.SECONDS)).isNotNull();
            assertThat(create(node, "after")).failsWithin(Duration.ofSeconds(20));
            assertThat(node.directory.isOnline()).isFalse();
        }
        try (Node node = Node.start(PATH, disk, SnapshotPolicy.defaults())) {
            assertThat(node.cluster.image().topicsByName()).containsKey("before");
        }
    }
}
