package io.kurier.protocol.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.CRC32C;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Whatever is wrong with the records of a batch, their reader says that they are corrupt, and nothing else.
class RecordIteratorTest {
    private static final int ROUNDS = 2_000;
    private static final int SNAPPY_MARK = 0x82534e41;

    @ParameterizedTest
    @EnumSource(CompressionType.class)
    void damagedRecordsAreCorruptOrReadable(CompressionType type) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        ByteBuffer valid = batch(type);
        int corrupt = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = damage(valid, random);
            try {
                read(bytes);
            } catch (CorruptBatchException expected) {
                corrupt++;
            } catch (RuntimeException | Error e) {
                throw new AssertionError("round " + round + " of seed " + seed, e);
            }
        }
        assertThat(corrupt).as("corrupt batches with seed " + seed).isPositive();
    }

    /// Each would leave 9 kB outside the heap.
    @Test
    @EnabledOnOs(OS.LINUX)
    void aNegativeCountLeavesNothingOutsideTheHeap() throws IOException {
        ByteBuffer zstd = batch(CompressionType.ZSTD);
        zstd.putInt(57, -1);
        byte[] bytes = new byte[zstd.remaining()];
        zstd.duplicate().get(bytes);
        assertThatThrownBy(() -> read(bytes))
                .isInstanceOf(CorruptBatchException.class)
                .hasMessageContaining("-1");
        long beforeKb = residentKb();
        for (int i = 0; i < 40_000; i++) {
            try {
                read(bytes);
            } catch (CorruptBatchException expected) {
                // each time
            }
        }
        assertThat(residentKb() - beforeKb).as("kB more than before").isLessThan(200_000);
    }

    private static long residentKb() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }

    private static void read(byte[] bytes) {
        BatchView batch = new BatchView(ByteBuffer.wrap(bytes), 0);
        try (RecordIterator records = RecordIterator.of(batch)) {
            while (records.hasNext()) {
                records.next();
            }
        }
    }

    private static ByteBuffer batch(CompressionType type) {
        SimpleRecord[] records = new SimpleRecord[50];
        for (int i = 0; i < records.length; i++) {
            records[i] = new SimpleRecord(i, ("key " + i % 7).getBytes(), ("a value of the record " + i).getBytes());
        }
        return MemoryRecords.withRecords(Compression.of(type).build(), records).buffer();
    }

    /// Flips, cuts, numbers at their ends; the checksum and the length are right again.
    private static byte[] damage(ByteBuffer valid, Random random) {
        byte[] whole = new byte[valid.remaining()];
        valid.duplicate().get(whole);
        int length = random.nextInt(4) == 0
                ? BatchView.HEADER_BYTES + random.nextInt(whole.length - BatchView.HEADER_BYTES)
                : whole.length;
        ByteBuffer bytes = ByteBuffer.allocate(length).put(whole, 0, length);
        int records = length - BatchView.HEADER_BYTES;
        for (int times = random.nextInt(4); times >= 0 && records > 4; times--) {
            int at =
                    BatchView.HEADER_BYTES + random.nextInt(Math.min(records - 4, random.nextBoolean() ? 24 : 1 << 20));
            switch (random.nextInt(4)) {
                case 0 -> bytes.put(at, (byte) random.nextInt());
                case 1 -> bytes.putInt(at, random.nextInt());
                case 2 -> bytes.putInt(at, random.nextBoolean() ? Integer.MIN_VALUE : -1);
                default -> bytes.putInt(at, SNAPPY_MARK);
            }
        }
        bytes.putInt(8, length - 12);
        CRC32C crc = new CRC32C();
        crc.update(bytes.array(), 21, length - 21);
        return bytes.putInt(17, (int) crc.getValue()).array();
    }
}
