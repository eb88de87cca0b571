package io.kurier.benchmarks.micro;

import io.kurier.kernel.Clock;
import io.kurier.kernel.MemoryDisk;
import io.kurier.kernel.Network;
import io.kurier.kernel.SystemThreads;
import io.kurier.kernel.SystemTimers;
import io.kurier.kernel.World;
import io.kurier.log.Appended;
import io.kurier.log.LogConfig;
import io.kurier.log.LogDirectory;
import io.kurier.log.Origin;
import io.kurier.log.PartitionLog;
import io.kurier.log.Slice;
import io.kurier.protocol.MalformedRequestException;
import io.kurier.protocol.Requests;
import io.kurier.protocol.records.BatchView;
import io.kurier.protocol.records.Batches;
import io.kurier.protocol.records.InvalidBatchException;
import io.kurier.protocol.records.NewRecord;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.ApiMessage;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// What happens to one batch of 64 KiB (64 records of 1 KiB) inside: microseconds for each step, on a disk in memory.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
        value = 1,
        jvmArgs = {
            "-Xmx1g",
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow"
        })
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class InnerParts {
    private static final long KEPT_BYTES = 256L << 20;
    private static final int FILLED = 500;
    private static final long NOW_MS = 1_700_000_000_000L;

    private final ByteBuffer batch = batch();
    private final ByteBuffer frame = ProduceFrame.around(batch);
    private final PartitionLog written;
    private final PartitionLog read;
    private final Random random = new Random(7);

    /// A log to write to and one with 500 batches to read from.
    public InnerParts() {
        try {
            var world = new World(
                    Clock.system(),
                    new SystemTimers("micro"),
                    new SystemThreads(),
                    new MemoryDisk(Clock.system(), 2L << 30),
                    new NoNetwork(),
                    new Random(1));
            LogDirectory directory = LogDirectory.open(world, Path.of("/data"), LogDirectory.Settings.defaults());
            Map<String, String> settings = Map.of("kurier.durability", "memory", "retention.ms", "-1");
            written = directory.open(new TopicPartition("written", 0), Uuid.randomUuid(), LogConfig.of(settings));
            read = directory.open(new TopicPartition("read", 0), Uuid.randomUuid(), LogConfig.of(settings));
            for (int i = 0; i < FILLED; i++) {
                read.append(batch.duplicate(), 0, Origin.CLIENT);
            }
        } catch (IOException | InvalidBatchException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ByteBuffer batch() {
        byte[] value = new byte[1024];
        new Random(1).nextBytes(value);
        return Batches.of(IntStream.range(0, 64)
                .mapToObj(i -> new NewRecord(NOW_MS, null, ByteBuffer.wrap(value)))
                .toList());
    }

    /// CRC-32C over the batch.
    @Benchmark
    public boolean checksum() {
        return new BatchView(batch, 0).checksumFits();
    }

    /// Header and body of a Produce request; the records stay where they are.
    @Benchmark
    public ApiMessage decodeRequest() throws MalformedRequestException {
        ByteBuffer view = frame.duplicate();
        return Requests.body(Requests.header(view), view);
    }

    /// Checks, offsets, and the write of the batch; the log begins again when it is large.
    @Benchmark
    public Appended append() throws InvalidBatchException {
        if (written.sizeBytes() > KEPT_BYTES) {
            written.truncateFullyAndStartAt(0);
        }
        return written.append(batch.duplicate(), 0, Origin.CLIENT);
    }

    /// A random offset found through the index, as a catching-up consumer's first fetch does.
    @Benchmark
    public Slice findOffset() {
        return read.read(random.nextLong(FILLED * 64L), Long.MAX_VALUE, 1 << 20, true);
    }

    /// The newest batch, as a consumer at the tail does.
    @Benchmark
    public Slice findTail() {
        return read.read(FILLED * 64L - 1, Long.MAX_VALUE, 1 << 20, true);
    }

    private static final class NoNetwork implements Network {
        @Override
        public Listening listen(InetSocketAddress address, Acceptor acceptor) throws IOException {
            throw new IOException("no network here");
        }

        @Override
        public void connect(InetSocketAddress address, Outgoing limits, Acceptor opened, Consumer<IOException> failed) {
            failed.accept(new IOException("no network here"));
        }
    }
}
