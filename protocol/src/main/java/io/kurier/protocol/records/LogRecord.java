package io.kurier.protocol.records;

import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/// One record with its place in the log.
///
/// @param offset its offset
/// @param timestampMs its timestamp, -1 for none
/// @param key its key, or null; read it through a duplicate
/// @param value its value, or null (a tombstone); read it through a duplicate
public record LogRecord(
        long offset,
        long timestampMs,
        @Nullable ByteBuffer key,
        @Nullable ByteBuffer value,
        List<Header> headers) {}
