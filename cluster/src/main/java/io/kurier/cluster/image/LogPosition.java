package io.kurier.cluster.image;

/// A place in the metadata log.
///
/// @param offset of the last record that was applied, -1 for none
/// @param epoch the leader epoch of that record, -1 for none
/// @param timestampMs when that record was appended, milliseconds since the epoch, -1 for none
public record LogPosition(long offset, int epoch, long timestampMs) {
    /// Before the first record.
    public static final LogPosition NONE = new LogPosition(-1, -1, -1);
}
