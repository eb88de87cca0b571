package io.kurier.log.cleaner;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.jspecify.annotations.Nullable;

/// A batch of records with keys, as a producer makes it.
final class KeyedBatch {
    private final List<Entry> entries = new ArrayList<>();
    private final long timestampMs;
    private long producerId = RecordBatch.NO_PRODUCER_ID;
    private short epoch = RecordBatch.NO_PRODUCER_EPOCH;
    private int sequence = RecordBatch.NO_SEQUENCE;
    private boolean transactional;
    private Compression codec = Compression.NONE;

    /// @param value null for a tombstone
    record Entry(@Nullable String key, @Nullable String value) {}

    /// The records' timestamps go up from this one.
    KeyedBatch(long timestampMs) {
        this.timestampMs = timestampMs;
    }

    KeyedBatch with(@Nullable String key, @Nullable String value) {
        entries.add(new Entry(key, value));
        return this;
    }

    KeyedBatch by(long newProducerId, int newSequence) {
        producerId = newProducerId;
        epoch = 0;
        sequence = newSequence;
        return this;
    }

    KeyedBatch inTransaction() {
        transactional = true;
        return this;
    }

    KeyedBatch compressed(Compression newCodec) {
        codec = newCodec;
        return this;
    }

    List<Entry> entries() {
        return entries;
    }

    ByteBuffer build() {
        MemoryRecordsBuilder builder = MemoryRecords.builder(
                ByteBuffer.allocate(4096),
                RecordBatch.MAGIC_VALUE_V2,
                codec,
                TimestampType.CREATE_TIME,
                0,
                RecordBatch.NO_TIMESTAMP,
                producerId,
                epoch,
                sequence,
                transactional,
                RecordBatch.NO_PARTITION_LEADER_EPOCH);
        long time = timestampMs;
        for (Entry entry : entries) {
            builder.append(time++, bytes(entry.key()), bytes(entry.value()));
        }
        return builder.build().buffer();
    }

    private static byte @Nullable [] bytes(@Nullable String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }
}
