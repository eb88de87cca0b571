package io.kurier.coordinator.share;

import java.util.List;

/// What is known of one share partition. Unchangeable.
///
/// @param stateEpoch of the state: another one begins when somebody sets the start offset
/// @param leaderEpoch the highest of the partition's leaders that read or wrote it
/// @param snapshotEpoch counts its snapshots
/// @param updates records since the last snapshot
/// @param startOffset below it all is done; -1 while no leader has chosen one
/// @param deliveryCompleteCount records at or above the start that need no delivery any more; -1 if not known
/// @param order of the last write, or of the last who read it if that was later ([WriteOrder]); 0 at first
/// @param batches in order, without overlaps, none below the start
/// @param createdMs when the state began
/// @param snapshotMs when the last snapshot was made
record ShareState(
        int stateEpoch,
        int leaderEpoch,
        int snapshotEpoch,
        int updates,
        long startOffset,
        int deliveryCompleteCount,
        long order,
        List<StateBatch> batches,
        long createdMs,
        long snapshotMs) {
    /// The start offset of a share partition that nobody has read from yet, and the count of one of which it is not
    /// known.
    static final int UNKNOWN = -1;

    /// A state that begins.
    static ShareState begun(int stateEpoch, long startOffset, int leaderEpoch, int snapshotEpoch, long nowMs) {
        int count = startOffset < 0 ? UNKNOWN : 0;
        return new ShareState(
                stateEpoch, leaderEpoch, snapshotEpoch, 0, startOffset, count, 0, List.of(), nowMs, nowMs);
    }

    /// What a leader says of it.
    ///
    /// @param leaderEpoch -1 to leave it as it is
    /// @param startOffset -1 to leave it as it is
    /// @param order [WriteOrder#NONE] of one who does not tell it
    record Update(int leaderEpoch, long startOffset, int deliveryCompleteCount, long order, List<StateBatch> batches) {}

    /// Whether it was sent before what is known already.
    boolean isLate(Update update) {
        return update.order() != WriteOrder.NONE && update.order() <= order;
    }

    /// With what a leader says of it. The start never goes back: a request that was on its way for long may still come.
    ShareState with(Update update) {
        long start = Math.max(startOffset, update.startOffset());
        return new ShareState(
                stateEpoch,
                Math.max(leaderEpoch, update.leaderEpoch()),
                snapshotEpoch,
                updates + 1,
                start,
                update.deliveryCompleteCount(),
                Math.max(order, update.order()),
                StateBatches.combine(batches, update.batches(), start),
                createdMs,
                snapshotMs);
    }

    /// As the next snapshot has it.
    ShareState asSnapshot(long nowMs) {
        return new ShareState(
                stateEpoch,
                leaderEpoch,
                snapshotEpoch + 1,
                0,
                startOffset,
                deliveryCompleteCount,
                order,
                batches,
                createdMs,
                nowMs);
    }
}
