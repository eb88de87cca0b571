package io.kurier.log.segment;

/// A boundary between batches in a segment file.
///
/// @param offset base offset of the batch that begins there, or the offset that the next one gets
/// @param position its first byte
public record Place(long offset, int position) {}
