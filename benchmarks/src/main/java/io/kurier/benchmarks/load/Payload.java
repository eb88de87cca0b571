package io.kurier.benchmarks.load;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/// Record batches as an application would send them: lines of text with a few changing fields, which lz4 makes about
/// half as large.
///
/// @param recordBytes size of a record's value
/// @param keyed whether each record has a key of 12 bytes
/// @param idempotent whether batches have a producer's id and sequences
public record Payload(int recordBytes, boolean keyed, boolean lz4, boolean idempotent) {
    private static final String[] WORDS = {
        "created", "accepted", "shipped", "delivered", "returned", "north", "south", "parcel", "letter", "pallet"
    };

    /// Values of so many bytes without keys, not compressed.
    public static Payload plain(int recordBytes) {
        return new Payload(recordBytes, false, false, false);
    }

    /// The same, compressed.
    public Payload compressed() {
        return new Payload(recordBytes, keyed, true, idempotent);
    }

    /// The same, with keys.
    public Payload withKeys() {
        return new Payload(recordBytes, true, lz4, idempotent);
    }

    /// The same from an idempotent producer.
    public Payload numbered() {
        return new Payload(recordBytes, keyed, lz4, true);
    }

    /// One batch with so many records; the same seed makes the same text.
    MemoryRecords batch(int records, long seed) {
        var random = new Random(seed);
        long nowMs = System.currentTimeMillis();
        var all = new SimpleRecord[records];
        for (int i = 0; i < records; i++) {
            byte[] key = keyed ? "key-%08x".formatted(random.nextInt()).getBytes(StandardCharsets.US_ASCII) : null;
            all[i] = new SimpleRecord(nowMs, key, value(random));
        }
        var codec = lz4
                ? Compression.of(CompressionType.LZ4).build()
                : Compression.of(CompressionType.NONE).build();
        return idempotent
                ? MemoryRecords.withIdempotentRecords(codec, Sequences.MARK, (short) 0, 0, all)
                : MemoryRecords.withRecords(codec, all);
    }

    /// The value of one record.
    byte[] value(Random random) {
        var text = ByteBuffer.allocate(recordBytes + 128);
        while (text.position() < recordBytes) {
            String line = "{\"id\":\"%016x\",\"state\":\"%s\",\"place\":\"%s\",\"weight\":%d,\"check\":\"%016x\"}\n"
                    .formatted(
                            random.nextLong(),
                            WORDS[random.nextInt(WORDS.length)],
                            WORDS[random.nextInt(WORDS.length)],
                            random.nextInt(10_000),
                            random.nextLong());
            text.put(line.getBytes(StandardCharsets.US_ASCII));
        }
        byte[] value = new byte[recordBytes];
        text.flip().get(value);
        return value;
    }
}
