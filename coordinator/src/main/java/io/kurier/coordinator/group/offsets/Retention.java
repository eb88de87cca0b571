package io.kurier.coordinator.group.offsets;

/// When the offsets of a group without members end: a while after the group lost its last member, or after their
/// commit if that was later (KIP-211).
///
/// @param retentionMs how long they are kept
/// @param emptySinceWallMs when the group lost its last member; -1 if it never had one
/// @param nowWallMs the time now
public record Retention(long retentionMs, long emptySinceWallMs, long nowWallMs) {
    /// True if this offset need not be kept any longer.
    public boolean isOver(CommittedOffset offset) {
        if (offset.expireWallMs() >= 0) {
            return nowWallMs >= offset.expireWallMs();
        }
        return nowWallMs - Math.max(emptySinceWallMs, offset.commitWallMs()) >= retentionMs;
    }
}
