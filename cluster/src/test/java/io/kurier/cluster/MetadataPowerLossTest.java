package io.kurier.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.cluster.controller.SnapshotPolicy;
import io.kurier.kernel.Clock;
import io.kurier.testkit.Seeds;
import io.kurier.testkit.SimDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The metadata of a node whose disk loses its power, or whose process is killed, at a random write: everything that
/// was answered is there afterwards, and what was not answered is there up to some command, never with holes.
class MetadataPowerLossTest {
    private static final Path PATH = Path.of("/data");
    /// A snapshot every few commands, so that crashes hit them too.
    private static final SnapshotPolicy OFTEN = new SnapshotPolicy(1_500, Long.MAX_VALUE);

    @Test
    void nothingAnsweredIsLost() {
        Seeds.each(15, this::run);
    }

    private void run(long seed) throws Exception {
        Random random = new Random(seed);
        SimDisk disk = new SimDisk(Clock.system(), seed);
        disk.createDirectories(PATH);
        disk.syncDirectory(Path.of("/"));
        TopicModel model = TopicModel.empty();
        int number = 0;
        for (int boot = 0; boot < 4; boot++) {
            // States that the disk may hold: the first is what was answered.
            List<TopicModel> possible = new ArrayList<>(List.of(model));
            if (random.nextBoolean()) {
                disk.crashAfterWrites(1 + random.nextInt(150));
            } else {
                disk.killAfterWrites(1 + random.nextInt(150));
            }
            Node node = start(disk);
            if (node != null) {
                assertThat(TopicModel.of(node.cluster.image())).isEqualTo(model);
                number = work(node, random, possible, number);
                close(node);
            }
            if (disk.isDead()) {
                disk.reboot();
            }
            disk.heal();
            try (Node after = Node.start(PATH, disk, OFTEN)) {
                model = TopicModel.of(after.cluster.image());
                assertThat(possible).contains(model);
            }
        }
    }

    private static @Nullable Node start(SimDisk disk) throws IOException {
        try {
            return Node.start(PATH, disk, OFTEN);
        } catch (IOException | RuntimeException e) {
            if (!disk.isDead()) {
                throw e;
            }
            return null;
        }
    }

    private static void close(Node node) {
        try {
            node.close();
        } catch (RuntimeException e) {
            // A dead disk cannot be closed cleanly.
        }
    }

    /// Sends commands, some together, until the disk dies or enough were sent. Leaves in `possible` the state of the
    /// last answered command and those of the commands behind it.
    private static int work(Node node, Random random, List<TopicModel> possible, int firstNumber) throws Exception {
        int number = firstNumber;
        for (int round = 0; round < 25; round++) {
            List<CompletableFuture<?>> answers = new ArrayList<>();
            for (int i = 0; i <= random.nextInt(4); i++) {
                TopicModel.Step step = possible.getLast().random(random, number++);
                possible.add(step.after());
                answers.add(node.cluster.submit(step.command(), (short) 0).toCompletableFuture());
            }
            for (CompletableFuture<?> answer : answers) {
                try {
                    answer.orTimeout(30, TimeUnit.SECONDS).join();
                    possible.removeFirst();
                } catch (CompletionException e) {
                    return number;
                }
            }
            assertThat(TopicModel.of(node.cluster.image())).isEqualTo(possible.getFirst());
        }
        return number;
    }
}
