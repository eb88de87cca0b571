package io.kurier.tests.chaos;

/// What must never be seen, after the anomalies that Jepsen's workload for Kafka looks for.
///
/// @param what one record of evidence: who, where, which
record Anomaly(Kind kind, String what) {
    /// What went wrong.
    enum Kind {
        /// An acknowledged record is not in the log.
        LOST_WRITE,
        /// An acknowledged record is not at the offset that its producer was told.
        MOVED_WRITE,
        /// One record lies at two offsets.
        DUPLICATE,
        /// Two records were seen at one offset.
        INCONSISTENT_OFFSET,
        /// A record that a consumer has read is not in the log any more.
        VANISHED,
        /// Records of one producer lie in another order than they were sent in.
        REORDERED,
        /// A consumer passed over a record, within one assignment.
        POLL_SKIP,
        /// A consumer went back, within one assignment.
        NON_MONOTONIC_POLL,
        /// A record that a group's members passed over, be it between two assignments, or did not reach in the end.
        UNSEEN,
        /// A group's committed offset is behind one that was acknowledged.
        LOST_COMMIT,
        /// A record that nobody sent.
        UNKNOWN_RECORD
    }

    @Override
    public String toString() {
        return kind.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ') + ": " + what;
    }
}
