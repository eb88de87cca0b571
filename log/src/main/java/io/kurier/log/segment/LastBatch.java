package io.kurier.log.segment;

/// What tells one batch from another that could lie at its place.
///
/// @param bytes how long it is
/// @param crc its checksum, as its header has it
public record LastBatch(int bytes, int crc) {}
