package io.kurier.coordinator.group.pace;

import io.kurier.coordinator.runtime.Moment;

/// How often a group's target is made: when its last one is younger than an interval, changes wait, and are one
/// assignment in the end (KIP-1263). Not stored: a new coordinator may make a target at once.
public final class AssignmentPace {
    private static final long NEVER = Long.MIN_VALUE;

    private long madeMs = NEVER;

    /// A target is made now.
    public void made(Moment now) {
        madeMs = now.nowMs();
    }

    /// How long the next one has to wait; 0 if it may be made.
    ///
    /// @param intervalMs as it is set now
    /// @param members of the group: a single one waits for nobody
    public int waitMs(int intervalMs, int members, Moment now) {
        if (madeMs == NEVER || members <= 1) {
            return 0;
        }
        return (int) Math.max(0, madeMs + intervalMs - now.nowMs());
    }
}
