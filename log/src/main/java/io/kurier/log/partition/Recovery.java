package io.kurier.log.partition;

import io.kurier.kernel.Disk;
import io.kurier.kernel.DiskFile;
import io.kurier.log.producer.ProducerTable;
import io.kurier.log.segment.BatchScanner;
import io.kurier.log.segment.Place;
import io.kurier.log.segment.Segment;
import io.kurier.protocol.records.BatchView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds out what a log is when it is touched for the first time. It may be ended at any point and begun again.
///
/// After a clean stop only the last few headers are looked at. Otherwise every batch from the recovery point on is
/// checked; at the first bad one the log ends, and what lies behind goes. Below the recovery point everything was on
/// the disk: damage there is not a torn tail, so the damaged bytes are kept aside and no offset below the recovery
/// point is given out a second time.
public final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final LogHome home;
    private final Disk disk;
    private final LogIdentity identity;
    private final Start start;
    private final ReentrantLock writerLock = new ReentrantLock();
    private final ProducerTable producers;
    private final EpochRecovery epochs;

    /// What the data directory remembers of the log.
    ///
    /// @param recoveryPoint everything below was on the disk
    /// @param logStartOffset the log's first offset, 0 if it is that of its first segment
    /// @param clean true if the last run was ended in good order
    /// @param indexIntervalBytes for the indexes that are written anew
    /// @param gapsAllowed true if compaction may have left gaps between segments
    public record Start(
            long recoveryPoint, long logStartOffset, boolean clean, int indexIntervalBytes, boolean gapsAllowed) {}

    /// What recovery found a log to be. All of it is on the disk.
    ///
    /// @param changed false if the files are as a clean stop left them
    /// @param writerLock the lock that the segments were made with
    record Found(
            ReentrantLock writerLock,
            SegmentList segments,
            long logStartOffset,
            long endOffset,
            LeaderEpochs epochs,
            ProducerTable producers,
            boolean changed) {}

    /// Recovers the log of a folder that exists.
    public Recovery(LogHome home, LogIdentity identity, Start start) {
        this.home = home;
        this.disk = home.world().disk();
        this.identity = identity;
        this.start = start;
        this.epochs = new EpochRecovery(disk, identity.folder());
        this.producers = new ProducerTable(home.maxProducers(), home.producerExpirationMs());
    }

    /// Does it, and opens the log.
    public OpenLog run(io.kurier.log.LogConfig config) throws IOException {
        return new OpenLog(home, identity, config, recover());
    }

    private Found recover() throws IOException {
        FolderFiles files = FolderFiles.of(disk, identity.folder());
        epochs.readCheckpoint();
        List<Segment> segments = new ArrayList<>();
        List<Long> bases = List.copyOf(files.segments());
        for (int i = 0; i < bases.size(); i++) {
            long next = bases.get(Math.min(i + 1, bases.size() - 1));
            segments.add(Segment.existing(disk, home.files(), identity.folder(), bases.get(i), next, writerLock));
        }
        dropOvertaken(segments);
        long walkedFrom = Long.MAX_VALUE;
        if (segments.isEmpty()) {
            begin(segments, identity.isNew() ? 0 : Math.max(start.recoveryPoint(), start.logStartOffset()));
        } else if (!start.clean() || !segments.getLast().resume()) {
            walkedFrom = walk(segments);
        }
        long end = segments.getLast().nextOffset();
        long atLeast = Math.max(start.recoveryPoint(), start.logStartOffset());
        if (end < atLeast && !identity.isNew()) {
            LOG.error(
                    "{} should reach to offset {} at least, and ends at {}: records are missing. It goes on at {}",
                    identity.folder(),
                    atLeast,
                    end,
                    atLeast);
            begin(segments, atLeast);
            end = atLeast;
        }
        SegmentList all = new SegmentList(segments);
        long logStart = Math.max(start.logStartOffset(), all.first().baseOffset());
        LeaderEpochs leaderEpochs = epochs.finish(all, logStart, end);
        new ProducerRecovery(
                        disk, identity.folder(), producers, home.world().clock().wallMs())
                .restore(all, files.snapshots(), end, Math.min(walkedFrom, end));
        for (Segment segment : segments.subList(0, segments.size() - 1)) {
            segment.txnIndex().sync();
        }
        boolean changed = walkedFrom != Long.MAX_VALUE || bases.isEmpty() || all.size() != bases.size();
        return new Found(writerLock, all, Math.min(logStart, end), end, leaderEpochs, producers, changed);
    }

    /// A roll that failed half-way may have left an empty segment, and what came later went into the one before.
    private void dropOvertaken(List<Segment> segments) throws IOException {
        int last = segments.size() - 1;
        if (last > 0
                && segments.get(last).size() == 0
                && segments.get(last - 1).findEnd() > segments.get(last).baseOffset()) {
            deleteFrom(segments, last);
        }
    }

    private void begin(List<Segment> segments, long offset) throws IOException {
        if (!segments.isEmpty() && segments.getLast().size() == 0) {
            segments.removeLast().files().delete();
        } else if (!segments.isEmpty()) {
            segments.getLast().seal();
        }
        segments.add(Segment.create(disk, home.files(), identity.folder(), offset, writerLock));
        syncNames();
    }

    /// The names of a folder and its first segment are durable before anything is appended: whatever is lost later,
    /// recovery sees where the log began.
    private void syncNames() throws IOException {
        disk.syncDirectory(identity.folder());
        Path parent = identity.folder().toAbsolutePath().getParent();
        if (parent != null) {
            disk.syncDirectory(parent);
        }
    }

    // ---- batches

    /// Checks all batches from the recovery point on, and cuts the log at the first bad one. Returns where the walk
    /// began.
    private long walk(List<Segment> segments) throws IOException {
        // A segment that ends just there may have been closed after its recovery point was written, and its indexes not
        // synced.
        int first = new SegmentList(segments).floor(start.recoveryPoint() - 1);
        long walkedFrom = segments.get(first).baseOffset();
        long expected = walkedFrom;
        for (int i = first; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            if (i > first && isAstray(segment.baseOffset(), expected)) {
                LOG.warn("{} begins at another offset than {}, where the segment before it ends", segment, expected);
                deleteFrom(segments, i);
                break;
            }
            int fileBytes = segment.size();
            String fault = check(segment, fileBytes);
            expected = segment.nextOffset();
            if (fault != null) {
                LOG.warn("{} is cut from {} to {} bytes: {}", segment.log().path(), fileBytes, segment.size(), fault);
                deleteFrom(segments, i + 1);
                if (segment.nextOffset() < start.recoveryPoint()) {
                    keepAside(segment, fileBytes);
                }
                segment.cutFile();
                break;
            }
            if (i < segments.size() - 1) {
                segment.seal();
            }
        }
        sync(segments, first);
        return walkedFrom;
    }

    /// True if what begins at `baseOffset` does not continue what ends at `expected`. A gap below the recovery point is
    /// an old one: nothing that was lost made it.
    private boolean isAstray(long baseOffset, long expected) {
        return baseOffset < expected
                || baseOffset > expected && baseOffset > start.recoveryPoint() && !start.gapsAllowed();
    }

    /// Null if every batch is good; else the segment ends before the bad one. The indexes are made anew from its start:
    /// what was written of them since the segment began was never synced. Below the recovery point checksums are left
    /// alone.
    private @Nullable String check(Segment segment, int fileBytes) throws IOException {
        segment.rewindTo(new Place(segment.baseOffset(), 0));
        segment.txnIndex().clear();
        String fault = add(segment, fileBytes, false, start.recoveryPoint());
        return fault != null ? fault : add(segment, fileBytes, true, Long.MAX_VALUE);
    }

    private @Nullable String add(Segment segment, int fileBytes, boolean checksums, long below) throws IOException {
        long expected = segment.nextOffset();
        BatchScanner scanner = segment.scan(segment.size(), fileBytes, checksums);
        try {
            while (expected < below && scanner.next()) {
                BatchView batch = scanner.batch();
                if (batch.lastOffset() - segment.baseOffset() > Integer.MAX_VALUE) {
                    return "a batch ends at offset " + batch.lastOffset() + ", which no batch of this segment can";
                }
                if (isAstray(batch.baseOffset(), expected)) {
                    return "a batch has base offset " + batch.baseOffset() + ", where " + expected + " is next";
                }
                segment.added(batch, start.indexIntervalBytes());
                epochs.seen(batch);
                expected = batch.nextOffset();
            }
            return scanner.fault();
        } finally {
            segment.log().release();
        }
    }

    private void deleteFrom(List<Segment> segments, int first) throws IOException {
        boolean any = false;
        while (segments.size() > first) {
            Segment last = segments.removeLast();
            LOG.warn("{} lies behind the end of the log and goes", last);
            last.files().delete();
            any = true;
        }
        if (any) {
            disk.syncDirectory(identity.folder());
        }
    }

    private void keepAside(Segment segment, int fileBytes) throws IOException {
        Path file = segment.log().path();
        Path aside = file.resolveSibling(file.getFileName() + "." + segment.size() + ".damaged");
        LOG.error("Bytes of {} that were stored are damaged; they are kept in {}", file, aside);
        DiskFile from = segment.log().acquire();
        try (DiskFile to = disk.open(aside, Disk.Open.CREATE)) {
            ByteBuffer piece = ByteBuffer.allocate(256 << 10);
            for (long at = segment.size(); at < fileBytes; ) {
                piece.clear().limit((int) Math.min(piece.capacity(), fileBytes - at));
                int read = from.read(piece, at);
                if (read <= 0) {
                    break;
                }
                to.write(piece.flip(), at - segment.size());
                at += read;
            }
            to.sync();
        } finally {
            segment.log().release();
        }
        disk.syncDirectory(identity.folder());
    }

    /// What was found may have been in the page cache only: a process that was killed leaves it there. The same is true
    /// of what it had removed, so nothing is left out even if the log does not reach behind its recovery point.
    private void sync(List<Segment> segments, int first) throws IOException {
        for (Segment segment : segments.subList(first, segments.size())) {
            DiskFile file = segment.log().acquire();
            try {
                file.sync();
            } finally {
                segment.log().release();
            }
            if (segment != segments.getLast()) {
                segment.index().sync();
                segment.timeIndex().sync();
            }
        }
        syncNames();
    }
}
