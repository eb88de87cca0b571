package io.kurier.log.partition;

import io.kurier.log.LogConfig;
import io.kurier.log.OffsetOutOfRangeException;
import io.kurier.log.file.SegmentNames;
import io.kurier.log.segment.Segment;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Forgets the oldest records of a log: whole segments that are too old, too many, or wholly below the log's start.
public final class Retention {
    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

    private final OpenLog log;

    /// Of `log`.
    public Retention(OpenLog log) {
        this.log = log;
    }

    /// Records below `offset` may not be read any more.
    public void advanceLogStart(long offset) {
        log.writerLock.lock();
        try {
            if (offset > log.endOffset()) {
                throw new OffsetOutOfRangeException("The log of " + log.partition + " cannot start at " + offset
                        + ": it ends at " + log.endOffset());
            }
            if (offset > log.logStartOffset()) {
                log.setLogStartOffset(offset);
                log.epochs.truncateStart(offset);
            }
        } finally {
            log.writerLock.unlock();
        }
    }

    /// Deletes what may go below `highWatermark`; returns how many segments went. Does nothing to a log that was
    /// closed: its folder may have another name by now.
    public int apply(long nowWallMs, long highWatermark) {
        log.flush.mutex.lock();
        try {
            List<Segment> gone = takeOut(nowWallMs, highWatermark);
            if (!gone.isEmpty()) {
                LOG.info(
                        "{}: {} old segments go, the log starts at {}",
                        log.partition,
                        gone.size(),
                        log.logStartOffset());
                delete(gone);
            }
            return gone.size();
        } catch (IOException e) {
            throw log.home.failed("delete old segments of " + log.partition, e);
        } finally {
            log.flush.mutex.unlock();
        }
    }

    private List<Segment> takeOut(long nowWallMs, long highWatermark) throws IOException {
        log.writerLock.lock();
        try {
            if (log.flush.isStopped()) {
                return List.of(); // deleted meanwhile
            }
            log.home.requireOnline();
            log.producers.expire(nowWallMs);
            int count = deletable(nowWallMs, Math.min(highWatermark, log.flush.durableEndOffset()));
            if (count == 0) {
                return List.of();
            }
            if (count == log.segments().size()) {
                log.roll(log.endOffset());
            }
            List<Segment> gone = log.segments().all().subList(0, count);
            log.setSegments(log.segments().withoutFirst(count));
            long start = log.segments().first().baseOffset();
            if (start > log.logStartOffset()) {
                log.setLogStartOffset(start);
            }
            log.epochs.truncateStart(log.logStartOffset());
            return gone;
        } finally {
            log.writerLock.unlock();
        }
    }

    private int deletable(long nowWallMs, long below) throws IOException {
        LogConfig.Retention limits = log.config().retention();
        List<Segment> segments = log.segments().all();
        long tooMuch = limits.delete() && limits.bytes() >= 0 ? log.segments().sizeBytes() - limits.bytes() : -1;
        int count = 0;
        for (Segment segment : segments) {
            boolean active = count == segments.size() - 1;
            if (segment.nextOffset() > below || active && segment.size() == 0) {
                break;
            }
            boolean old = limits.delete() && limits.ms() >= 0 && nowWallMs - timeOf(segment) > limits.ms();
            boolean surplus = tooMuch >= segment.size() && tooMuch > 0 && !active;
            boolean before = segment.nextOffset() <= log.logStartOffset() && !active;
            if (!old && !surplus && !before) {
                break;
            }
            tooMuch -= segment.size();
            count++;
        }
        return count;
    }

    private static long timeOf(Segment segment) throws IOException {
        long timestampMs = segment.maxTimestampMs();
        return timestampMs >= 0 ? timestampMs : segment.modifiedMs();
    }

    /// The oldest first, and each durably before the next, so that a power loss leaves no hole.
    private void delete(List<Segment> gone) throws IOException {
        for (Segment segment : gone) {
            segment.files().markDeleted("");
            log.disk().delete(SegmentNames.file(log.folder, segment.baseOffset(), SegmentNames.SNAPSHOT));
            log.disk().syncDirectory(log.folder);
        }
        removeLater(log, gone);
    }

    /// Deletes the files of segments that are out of the log, when `file.delete.delay.ms` is over: who had found them
    /// can read on until then.
    static void removeLater(OpenLog log, List<Segment> gone) {
        long delayNs = TimeUnit.MILLISECONDS.toNanos(log.config().retention().fileDeleteDelayMs());
        log.home
                .world()
                .timers()
                .after(delayNs, () -> log.home.world().threads().slow().execute(() -> gone.forEach(Retention::remove)));
    }

    private static void remove(Segment segment) {
        try {
            segment.files().delete();
        } catch (IOException e) {
            LOG.warn("Cannot delete {} yet; the next start does: {}", segment, e.getMessage());
        }
    }
}
