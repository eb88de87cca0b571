package io.kurier.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.kernel.Clock;
import io.kurier.kernel.FileDisk;
import io.kurier.kernel.SystemThreads;
import io.kurier.kernel.SystemTimers;
import io.kurier.kernel.World;
import io.kurier.testkit.SimWorld;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.FileRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// On the real disk, with real threads: what is written, Apache Kafka's own reader of segments reads.
class KafkaReadsTest {
    @TempDir
    Path temp;

    private final SystemTimers timers = new SystemTimers("test-timers");
    private final World world =
            new World(Clock.system(), timers, new SystemThreads(), new FileDisk(), SimWorld.noNetwork(), new Random(1));

    @AfterEach
    void stopTimers() {
        timers.close();
    }

    private PartitionLog open(LogConfig config) throws IOException {
        return LogDirectory.open(world, temp, LogWorld.SETTINGS).open(LogWorld.TOPIC, LogWorld.ID, config);
    }

    @Test
    void everyCodecIsStoredAsItCame() throws Exception {
        PartitionLog log = open(LogConfig.defaults().withSegmentBytes(600));
        List<Compression> codecs = List.of(
                Compression.NONE,
                Compression.gzip().build(),
                Compression.snappy().build(),
                Compression.lz4().build(),
                Compression.zstd().build());
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            Compression codec = codecs.get(i % codecs.size());
            log.append(
                    TestBatch.of("a" + i, "b" + i)
                            .compressed(codec)
                            .at(System.currentTimeMillis())
                            .build(),
                    3,
                    Origin.CLIENT);
            all.add("a" + i);
            all.add("b" + i);
        }
        log.directory().close();
        List<String> read = new ArrayList<>();
        try (var files = Files.list(temp.resolve("topic-0"))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".log"))
                    .sorted()
                    .toList()) {
                try (FileRecords records = FileRecords.open(file.toFile())) {
                    for (RecordBatch batch : records.batches()) {
                        batch.ensureValid();
                        assertThat(batch.partitionLeaderEpoch()).isEqualTo(3);
                        assertThat(batch.baseOffset()).isEqualTo(read.size());
                        batch.forEach(record -> read.add(java.nio.charset.StandardCharsets.UTF_8
                                .decode(record.value())
                                .toString()));
                    }
                }
            }
        }
        assertThat(read).isEqualTo(all);
    }

    @Test
    void manyThreadsAppendReadRollAndForget() throws Exception {
        LogConfig config = LogConfig.defaults()
                .withSegmentBytes(20_000)
                .with(new LogConfig.Retention(-1, 200_000, true, false, 1));
        PartitionLog log = open(config);
        AtomicBoolean done = new AtomicBoolean();
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            List<Future<?>> writers = new ArrayList<>();
            for (int w = 0; w < 3; w++) {
                int producer = w;
                writers.add(threads.submit(() -> {
                    for (int i = 0; i < 2000; i++) {
                        TestBatch batch =
                                TestBatch.of("producer-" + producer + "-" + i).at(System.currentTimeMillis());
                        log.append(batch.by(producer, 0, i).build(), 0, Origin.CLIENT);
                    }
                    return null;
                }));
            }
            List<Future<Long>> readers = new ArrayList<>();
            for (int r = 0; r < 2; r++) {
                readers.add(threads.submit(() -> readAll(log, done)));
            }
            Future<?> keeper = threads.submit(() -> {
                while (!done.get()) {
                    log.applyRetention(System.currentTimeMillis(), log.durableEndOffset());
                    log.directory().checkpoint();
                    Thread.onSpinWait();
                }
                return null;
            });
            for (Future<?> writer : writers) {
                writer.get();
            }
            log.flush();
            assertThat(log.durableEndOffset()).isEqualTo(6000);
            done.set(true);
            keeper.get();
            for (Future<Long> reader : readers) {
                assertThat(reader.get()).isEqualTo(6000);
            }
        }
        log.directory().close();
        PartitionLog again = open(config);
        assertThat(again.logEndOffset()).isEqualTo(6000);
        again.directory().close();
    }

    /// Reads to the end, as consumers do; goes on at the log's start where retention was faster.
    private static long readAll(PartitionLog log, AtomicBoolean done) {
        long offset = 0;
        while (true) {
            boolean last = done.get();
            long end = log.durableEndOffset();
            try {
                Slice slice = log.read(offset, end, 10_000, true);
                long from = offset;
                for (var batch : LogWorld.batches(slice.bytes())) {
                    assertThat(batch.checksumFits()).isTrue();
                    assertThat(batch.baseOffset()).isGreaterThanOrEqualTo(from).isLessThan(end);
                    from = batch.nextOffset();
                    offset = from;
                }
            } catch (OffsetOutOfRangeException e) {
                offset = Math.max(offset, log.logStartOffset());
            }
            if (last && offset >= log.logEndOffset()) {
                return offset;
            }
        }
    }
}
