package io.kurier.log;

/// What became of an append.
///
/// @param baseOffset offset of the first record
/// @param lastOffset offset of the last record
/// @param appendTimeMs the time given to the records if the topic uses `LogAppendTime`, else -1
/// @param duplicate true if an idempotent producer sent it before: nothing was written, the offsets are those of the
///     first time
/// @param bytes how many bytes were written; 0 for a duplicate
public record Appended(long baseOffset, long lastOffset, long appendTimeMs, boolean duplicate, int bytes) {}
