package io.kurier.broker.share.machine;

/// What is the matter with an offset (KIP-932).
sealed interface RecordState {
    /// Without anything more to say.
    enum Plain implements RecordState {
        /// May be acquired.
        AVAILABLE,
        /// A member has accepted it.
        ACKNOWLEDGED,
        /// Nobody will have it: rejected, delivered too often, or there is no record.
        ARCHIVED,
        /// A member has rejected it; it becomes a dead letter before it is archived (KIP-1191).
        REJECTED,
        /// It was delivered too often; it becomes a dead letter before it is archived (KIP-1191).
        EXHAUSTED
    }

    /// A member has it.
    ///
    /// @param untilNs when it is taken away, by the monotonic clock
    record Acquired(String member, long untilNs) implements RecordState {}

    /// What becomes of it is being written: nobody can have it until that is done.
    ///
    /// @param before what it is again if that fails, and it is not forced
    /// @param deliveriesAfter how often it counts as delivered then
    /// @param write the number of the write
    /// @param forced it is written until it is stored, as its member does not have it any more: were it not, the next
    ///     leader would count fewer deliveries
    record Settling(RecordState before, Plain after, int deliveriesAfter, long write, boolean forced)
            implements RecordState {
        /// True if it is what this member has said of a record that it has, and has again if that fails.
        boolean isSaidBy(String member) {
            return !forced && before instanceof Acquired owner && owner.member().equals(member);
        }

        /// The same when the member is gone: if that fails its time is over.
        Settling ofNobody() {
            return new Settling(new Acquired("", Long.MIN_VALUE), after, deliveriesAfter, write, forced);
        }
    }

    /// True if nothing will happen to it any more.
    default boolean isFinished() {
        return this == Plain.ACKNOWLEDGED || this == Plain.ARCHIVED;
    }

    /// True if nobody will have it, but the dead letter that tells of it is not known to be written.
    default boolean isDying() {
        return this == Plain.REJECTED || this == Plain.EXHAUSTED;
    }
}
