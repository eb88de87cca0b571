package io.kurier.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.broker.replica.DataFolders;
import io.kurier.broker.replica.DirectoryAssignments;
import io.kurier.broker.replica.Partition;
import io.kurier.broker.replica.Partitions;
import io.kurier.broker.replica.ReplicaMoves;
import io.kurier.broker.replica.TopicPolicy;
import io.kurier.kernel.Clock;
import io.kurier.kernel.MemoryDisk;
import io.kurier.kernel.SystemThreads;
import io.kurier.kernel.SystemTimers;
import io.kurier.kernel.World;
import io.kurier.log.LogConfig;
import io.kurier.log.LogDirectory;
import io.kurier.log.Origin;
import io.kurier.log.Slice;
import io.kurier.protocol.records.BatchView;
import io.kurier.protocol.records.Batches;
import io.kurier.protocol.records.InvalidBatchException;
import io.kurier.protocol.records.NewRecord;
import io.kurier.testkit.Await;
import io.kurier.testkit.SimWorld;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A partition moves to and fro while threads append to it and read it: none of them is refused anything.
@Timeout(120)
class MovesUnderLoadTest {
    private static final TopicPartition WORDS = new TopicPartition("words", 0);
    private static final int MOVES = 12;
    private static final int LEAST_BETWEEN_MOVES = 200;

    private final Queue<Exception> failures = new ConcurrentLinkedQueue<>();
    private final AtomicLong committed = new AtomicLong();
    private volatile boolean enough;

    @Test
    void nobodyNoticesAMove() throws Exception {
        try (SystemTimers timers = new SystemTimers("timers")) {
            World world = new World(
                    Clock.system(),
                    timers,
                    new SystemThreads(),
                    new MemoryDisk(Clock.system(), 1 << 30),
                    SimWorld.noNetwork(),
                    new Random());
            FakeCluster cluster = new FakeCluster();
            cluster.create("words", 1);
            List<LogDirectory> directories = List.of(
                    LogDirectory.open(world, Path.of("/one"), LogDirectory.Settings.defaults()),
                    LogDirectory.open(world, Path.of("/two"), LogDirectory.Settings.defaults()));
            DataFolders folders = new DataFolders(directories, List.of());
            LogConfig config = LogConfig.defaults().withSegmentBytes(100_000);
            Partitions partitions =
                    new Partitions(FakeCluster.NODE, cluster, world, folders, topic -> new TopicPolicy(config, 1));
            DirectoryAssignments assignments = new DirectoryAssignments(world, FakeCluster.NODE, cluster, folders);
            ReplicaMoves moves =
                    new ReplicaMoves(world, partitions, folders, assignments, cluster, () -> Long.MAX_VALUE);
            Partition partition = partitions.find(WORDS);
            List<Thread> threads = IntStream.range(0, 5)
                    .mapToObj(n -> Thread.ofPlatform().start(n < 3 ? () -> append(partition) : () -> read(partition)))
                    .toList();
            for (int i = 0; i < MOVES; i++) {
                LogDirectory to =
                        directories.get(directories.indexOf(partition.log().directory()) == 0 ? 1 : 0);
                long then = committed.get();
                moves.move(WORDS, to.path().toString());
                Await.until(
                        Duration.ofSeconds(30),
                        "a move, and appends after it",
                        () -> !failures.isEmpty()
                                || partition.log().directory() == to && committed.get() > then + LEAST_BETWEEN_MOVES);
                assertThat(failures).isEmpty();
            }
            enough = true;
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(failures).isEmpty();
            assertThat(partition.log().logEndOffset()).isEqualTo(committed.get());
            moves.close();
            assignments.close();
            partitions.close();
            directories.forEach(LogDirectory::close);
        }
    }

    private void append(Partition partition) {
        try {
            while (!enough && failures.isEmpty()) {
                ByteBuffer batch = Batches.of(List.of(new NewRecord(0, null, ByteBuffer.wrap(new byte[200]))));
                long end = partition.append(batch, Origin.CLIENT).lastOffset() + 1;
                partition.whenCommitted(end, Long.MAX_VALUE, outcome -> {
                    if (outcome == Errors.NONE) {
                        committed.incrementAndGet();
                    } else {
                        failures.add(outcome.exception());
                    }
                });
                Await.until(Duration.ofSeconds(30), "the commit", () -> partition.highWatermark() >= end);
            }
        } catch (InvalidBatchException | RuntimeException e) {
            failures.add(e);
        }
    }

    /// From the start to the end, again and again.
    private void read(Partition partition) {
        try {
            long next = 0;
            while (!enough && failures.isEmpty()) {
                long end = partition.highWatermark();
                if (next >= end) {
                    next = 0;
                    continue;
                }
                Slice slice = partition.log().read(next, end, 5_000, true);
                long behind = slice.nextOffset();
                BatchView first = new BatchView(slice.bytes(), 0);
                assertThat(first.baseOffset()).isEqualTo(next);
                assertThat(first.checksumFits()).isTrue();
                next = behind;
            }
        } catch (RuntimeException | AssertionError e) {
            failures.add(new IllegalStateException(e));
        }
    }
}
