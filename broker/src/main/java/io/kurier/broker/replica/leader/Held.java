package io.kurier.broker.replica.leader;

/// What a follower says that it has, by what it asks for.
///
/// @param startOffset its first record
/// @param endOffset the first record that it does not have, or not safely enough
public record Held(long startOffset, long endOffset) {}
