package io.kurier.log.cleaner;

import java.util.List;

/// What a pass over a log may do: everything below `end` may be cleaned, and what lies from `firstDirty` on has not
/// been yet.
///
/// @param firstDirty where the last pass ended, or the log's start
/// @param end the base offset of the first segment that has to stay as it is
/// @param cleanBytes bytes of the segments that lie below `firstDirty`
/// @param dirtyBytes bytes of the others below `end`
/// @param isOverdue true if the oldest of those has waited for longer than `max.compaction.lag.ms`
public record CleanRange(long firstDirty, long end, long cleanBytes, long dirtyBytes, boolean isOverdue) {

    /// A segment that no record is added to any more.
    ///
    /// @param firstMs the timestamp of its first batch, -1 if it has none
    /// @param newestMs its largest timestamp, -1 if it has none
    public record Sealed(long baseOffset, long nextOffset, long bytes, long firstMs, long newestMs) {}

    /// What has to be kept to.
    ///
    /// @param cleanedTo where the last pass ended
    /// @param logStartOffset the log's first offset
    /// @param below segments that reach behind this offset stay: it is not decided, not committed or not on the disk
    public record Bounds(long cleanedTo, long logStartOffset, long below) {}

    /// When records may and must be cleaned.
    ///
    /// @param nowMs wall clock
    /// @param minLagMs `min.compaction.lag.ms`
    /// @param maxLagMs `max.compaction.lag.ms`
    public record Lag(long nowMs, long minLagMs, long maxLagMs) {}

    /// Chooses.
    ///
    /// @param sealed all segments but the active one, in their order
    public static CleanRange of(List<Sealed> sealed, Bounds bounds, Lag lag) {
        long known = bounds.cleanedTo() > bounds.below() ? 0 : bounds.cleanedTo();
        long firstDirty = Math.max(known, bounds.logStartOffset());
        long end = sealed.isEmpty() ? firstDirty : sealed.getFirst().baseOffset();
        long clean = 0;
        long dirty = 0;
        boolean overdue = false;
        for (Sealed segment : sealed) {
            if (segment.nextOffset() > bounds.below()
                    || lag.minLagMs() > 0 && lag.nowMs() - segment.newestMs() < lag.minLagMs()) {
                break;
            }
            end = segment.nextOffset();
            if (segment.nextOffset() <= firstDirty) {
                clean += segment.bytes();
            } else {
                dirty += segment.bytes();
                overdue |= segment.firstMs() >= 0 && lag.nowMs() - segment.firstMs() > lag.maxLagMs();
            }
        }
        return new CleanRange(Math.min(firstDirty, end), end, clean, dirty, overdue);
    }

    /// Which part of what may be cleaned has not been yet, from 0 to 1.
    public double dirtyRatio() {
        long all = cleanBytes + dirtyBytes;
        return all == 0 ? 0 : (double) dirtyBytes / all;
    }

    /// True if a pass is worth its while.
    ///
    /// @param minDirtyRatio `min.cleanable.dirty.ratio`
    public boolean isDue(double minDirtyRatio) {
        return dirtyBytes > 0 && (isOverdue || dirtyRatio() >= minDirtyRatio);
    }
}
