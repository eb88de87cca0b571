package io.kurier.protocol.records;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// One record to be written by the node itself.
///
/// @param timestampMs milliseconds since the epoch
/// @param value null writes a tombstone
public record NewRecord(
        long timestampMs,
        @Nullable ByteBuffer key,
        @Nullable ByteBuffer value) {}
