package io.kurier.protocol.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.utils.internals.ByteBufferOutputStream;
import org.junit.jupiter.api.Test;

class UnpackingTest {
    private static final int THREADS = 40;
    /// Length 7, no attributes, deltas 0, a key of one byte, no value, no headers.
    private static final byte[] SMALLEST_RECORD = {14, 0, 0, 0, 2, 'k', 1, 0};

    @Test
    void fewUnpackAtATime() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        BatchView compressed = batch(CompressionType.ZSTD);
        Callable<Integer> task = () -> Unpacking.<Integer, RuntimeException>of(compressed, records -> {
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            int count = 0;
            for (; records.hasNext(); count++) {
                records.next();
                Thread.yield();
            }
            inside.decrementAndGet();
            return count;
        });
        try (var threads = Executors.newFixedThreadPool(THREADS)) {
            for (Future<Integer> count : threads.invokeAll(java.util.Collections.nCopies(10 * THREADS, task))) {
                assertThat(count.get()).isEqualTo(50);
            }
        }
        assertThat(most.get()).isBetween(1, Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, 4));
    }

    @Test
    void whatIsNotCompressedWaitsForNobody() throws Exception {
        BatchView plain = batch(CompressionType.NONE);
        CountDownLatch all = new CountDownLatch(THREADS);
        Callable<Boolean> task = () -> Unpacking.<Boolean, InterruptedException>of(plain, _ -> {
            all.countDown();
            return all.await(60, TimeUnit.SECONDS);
        });
        try (var threads = Executors.newFixedThreadPool(THREADS)) {
            for (Future<Boolean> met : threads.invokeAll(java.util.Collections.nCopies(THREADS, task))) {
                assertThat(met.get()).as("all were inside at once").isTrue();
            }
        }
    }

    /// Who fails gives the room back.
    @Test
    void afterAFailureOthersUnpack() {
        BatchView compressed = batch(CompressionType.GZIP);
        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(() -> Unpacking.of(compressed, _ -> {
                        throw new IllegalStateException("on purpose");
                    }))
                    .isInstanceOf(IllegalStateException.class);
        }
        assertThat(Unpacking.<Boolean, RuntimeException>of(compressed, RecordIterator::hasNext))
                .isTrue();
    }

    /// None of them is large; together they are a bomb.
    @Test
    void manySmallRecordsAreBoundedTogether() throws Exception {
        int tooMany = (128 << 20) / SMALLEST_RECORD.length + 1;
        assertThatThrownBy(() -> count(many(tooMany)))
                .isInstanceOf(CorruptBatchException.class)
                .hasMessageContaining("128 MiB");
        assertThat(count(many(tooMany / 100))).isEqualTo(tooMany / 100);
    }

    private static int count(BatchView batch) {
        int count = 0;
        try (RecordIterator records = RecordIterator.of(batch)) {
            for (; records.hasNext(); count++) {
                records.next();
            }
        }
        return count;
    }

    private static BatchView many(int count) throws Exception {
        ByteBufferOutputStream packed = new ByteBufferOutputStream(1 << 20);
        byte[] thousand = new byte[1000 * SMALLEST_RECORD.length];
        for (int i = 0; i < thousand.length; i++) {
            thousand[i] = SMALLEST_RECORD[i % SMALLEST_RECORD.length];
        }
        try (OutputStream out = Compression.zstd().build().wrapForOutput(packed, BatchView.MAGIC)) {
            for (int left = count; left > 0; left -= 1000) {
                out.write(thousand, 0, Math.min(left, 1000) * SMALLEST_RECORD.length);
            }
        }
        ByteBuffer records = packed.buffer().flip();
        ByteBuffer batch = ByteBuffer.allocate(BatchView.HEADER_BYTES + records.remaining());
        batch.putInt(8, batch.capacity() - BatchView.PREFIX_BYTES).put(16, BatchView.MAGIC);
        batch.putShort(21, CompressionType.ZSTD.id).putInt(23, count - 1).putInt(57, count);
        return new BatchView(batch.put(BatchView.HEADER_BYTES, records, 0, records.remaining()), 0);
    }

    @Test
    void oneOfManyThatIsCompressedIsSeen() {
        ByteBuffer plain = batch(CompressionType.NONE).bytes();
        ByteBuffer compressed = batch(CompressionType.LZ4).bytes();
        List<ByteBuffer> parts = new ArrayList<>(List.of(plain, plain));
        assertThat(Batches.anyCompressed(together(parts))).isFalse();
        assertThat(Batches.anyCompressed(compressed)).isTrue();
        parts.add(compressed);
        assertThat(Batches.anyCompressed(together(parts))).isTrue();
        assertThat(Batches.anyCompressed(plain.slice(0, 30))).isFalse();
    }

    private static ByteBuffer together(List<ByteBuffer> parts) {
        ByteBuffer all = ByteBuffer.allocate(
                parts.stream().mapToInt(ByteBuffer::remaining).sum());
        parts.forEach(part -> all.put(part.duplicate()));
        return all.flip();
    }

    private static BatchView batch(CompressionType type) {
        SimpleRecord[] records = new SimpleRecord[50];
        for (int i = 0; i < records.length; i++) {
            records[i] = new SimpleRecord(i, ("key " + i % 7).getBytes(), ("a value of the record " + i).getBytes());
        }
        return new BatchView(
                MemoryRecords.withRecords(Compression.of(type).build(), records).buffer(), 0);
    }
}
