package io.kurier.protocol.records;

import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/// One record to be written by the node itself.
///
/// @param timestampMs milliseconds since the epoch
/// @param value null writes a tombstone
public record NewRecord(
        long timestampMs,
        @Nullable ByteBuffer key,
        @Nullable ByteBuffer value,
        List<Header> headers) {
    /// Without headers.
    public NewRecord(long timestampMs, @Nullable ByteBuffer key, @Nullable ByteBuffer value) {
        this(timestampMs, key, value, List.of());
    }
}
