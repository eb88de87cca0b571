package io.kurier.log.partition;

import io.kurier.kernel.Disk;
import io.kurier.log.file.SegmentNames;
import io.kurier.log.segment.Place;
import io.kurier.log.segment.Segment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/// Removes records from the end of a log, durably: when this returns, no power loss brings them back. Whatever happens
/// on the way, recovery finds a log that ends somewhere between the new end and the old.
public final class LogTruncation {
    private final OpenLog log;

    /// Truncates `log`.
    public LogTruncation(OpenLog log) {
        this.log = log;
    }

    /// Removes all records at and behind `offset`; a batch that contains it goes whole.
    public void truncateTo(long offset) {
        lockedly("truncate", () -> {
            if (offset <= log.segments().first().baseOffset()) {
                restartAt(offset);
            } else if (offset < log.endOffset()) {
                cutTo(offset);
            }
        });
    }

    /// Removes all records; the next gets `offset`.
    public void truncateFullyAndStartAt(long offset) {
        lockedly("empty", () -> restartAt(offset));
    }

    private interface Change {
        void run() throws IOException;
    }

    private void lockedly(String what, Change change) {
        log.flush.mutex.lock();
        log.writerLock.lock();
        try {
            log.home.requireOnline();
            log.flush.leaveJournal();
            change.run();
        } catch (IOException e) {
            throw log.home.failed(what + " " + log.partition, e);
        } finally {
            log.writerLock.unlock();
            log.flush.mutex.unlock();
        }
    }

    private void cutTo(long offset) throws IOException {
        SegmentList segments = log.segments();
        int last = segments.floor(offset);
        if (last > 0 && segments.get(last).baseOffset() == offset) {
            last--;
        }
        Segment segment = segments.get(last);
        Place place = segment.locate(offset);
        lowerRecoveryPoint(place.offset());
        log.setSegments(segments.firstOnly(last + 1));
        log.setEndOffset(place.offset());
        deleteFrom(segments, last + 1);
        segment.rewindTo(place);
        segment.cutFile();
        segment.unpin();
        segment.txnIndex().truncateToOffset(place.offset());
        finish(place.offset());
    }

    private void restartAt(long offset) throws IOException {
        SegmentList segments = log.segments();
        lowerRecoveryPoint(Math.min(offset, segments.first().baseOffset()));
        // What is known of producers goes with their records: an open transaction that nobody can end would hold all
        // readers.
        for (long snapshot : snapshots()) {
            log.disk().delete(SegmentNames.file(log.folder, snapshot, SegmentNames.SNAPSHOT));
        }
        // The new segment is durable before the others go: without any, nothing would tell recovery at which offset to
        // go on.
        Segment made = Segment.create(log.disk(), log.home.files(), log.folder, offset, log.writerLock);
        made.cutFile();
        log.disk().syncDirectory(log.folder);
        for (Segment old : segments.all().reversed()) {
            old.unpin();
            if (old.baseOffset() == offset) {
                old.files().retire();
            } else {
                old.files().delete();
            }
        }
        log.setSegments(new SegmentList(List.of(made)));
        log.setEndOffset(offset);
        log.setLogStartOffset(offset);
        log.disk().syncDirectory(log.folder);
        finish(offset);
        log.flush.restarted(offset);
    }

    /// First in memory, then on the disk, so that no checkpoint between the two writes the old one.
    private void lowerRecoveryPoint(long offset) throws IOException {
        log.flush.truncated(offset);
        log.home.lowerRecoveryPoint(log.partition, offset);
    }

    /// The last segment first, so that there is no gap whenever this ends early.
    private void deleteFrom(SegmentList segments, int first) throws IOException {
        for (int i = segments.size() - 1; i >= first; i--) {
            segments.get(i).unpin();
            segments.get(i).files().delete();
        }
        if (first < segments.size()) {
            log.disk().syncDirectory(log.folder);
        }
    }

    private void finish(long endOffset) throws IOException {
        log.epochs.truncateEnd(endOffset);
        log.epochs.truncateStart(log.segments().first().baseOffset());
        if (log.logStartOffset() > endOffset) {
            log.setLogStartOffset(endOffset);
        }
        Disk disk = log.disk();
        long nowMs = log.home.world().clock().wallMs();
        new ProducerRecovery(disk, log.folder, log.producers, nowMs)
                .restore(log.segments(), snapshots(), endOffset, endOffset);
        disk.syncDirectory(log.folder);
        log.flush.writeEpochs(endOffset);
        log.activeChanged();
    }

    private NavigableSet<Long> snapshots() throws IOException {
        NavigableSet<Long> snapshots = new TreeSet<>();
        for (Path path : log.disk().list(log.folder)) {
            SegmentNames.offset(path, SegmentNames.SNAPSHOT).ifPresent(snapshots::add);
        }
        return snapshots;
    }
}
