package io.kurier.log.partition;

import io.kurier.kernel.Disk;
import io.kurier.log.file.DiskFull;
import io.kurier.log.file.EpochCheckpoint;
import io.kurier.log.segment.BatchScanner;
import io.kurier.log.segment.Place;
import io.kurier.log.segment.Segment;
import io.kurier.protocol.records.BatchView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds out again which leader epochs a log has: by its checkpoint where the batches agree with it, else by all
/// batches. The checkpoint has no checksum, so a few batches are asked for each of its entries.
final class EpochRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(EpochRecovery.class);
    private static final int NO_EPOCH = -1;

    private final Disk disk;
    private final Path file;
    private LeaderEpochs epochs = new LeaderEpochs(List.of());
    /// The log's first offset, which may lie inside a batch.
    private long first;

    EpochRecovery(Disk disk, Path folder) {
        this.disk = disk;
        this.file = folder.resolve(EpochCheckpoint.NAME);
    }

    /// Reads the checkpoint; one that cannot be read is empty.
    void readCheckpoint() {
        try {
            epochs = new LeaderEpochs(EpochCheckpoint.read(disk, file));
        } catch (IOException e) {
            LOG.warn("The leader epochs are taken from the batches: {}", e.getMessage());
        }
    }

    /// A batch was seen, in the order of the offsets.
    void seen(BatchView batch) {
        epochs.start(batch.leaderEpoch(), batch.baseOffset());
    }

    /// The epochs of a log that consists of these segments, written down if they were not.
    LeaderEpochs finish(SegmentList segments, long logStartOffset, long endOffset) throws IOException {
        epochs.truncateEnd(endOffset);
        if (!agree(segments, logStartOffset, endOffset)) {
            LOG.warn("{} does not fit the batches; the leader epochs are taken from them", file);
            readBatches(segments);
            epochs.truncateEnd(endOffset);
        }
        epochs.truncateStart(segments.first().baseOffset());
        if (epochs.takeChanged(endOffset)) {
            try {
                EpochCheckpoint.write(disk, file, epochs.entries());
            } catch (IOException e) {
                epochs.markChanged();
                if (!DiskFull.is(e)) {
                    throw e;
                }
            }
        }
        return epochs;
    }

    private boolean agree(SegmentList segments, long logStartOffset, long endOffset) throws IOException {
        first = Math.max(logStartOffset, segments.first().baseOffset());
        if (!agrees(segments, first, -1, endOffset)
                || first < endOffset && !agrees(segments, endOffset - 1, -1, endOffset)) {
            return false;
        }
        for (EpochCheckpoint.Entry entry : epochs.entries()) {
            if (entry.startOffset() > first
                    && !(agrees(segments, entry.startOffset(), entry.startOffset(), endOffset)
                            && agrees(segments, entry.startOffset() - 1, -1, endOffset))) {
                return false;
            }
        }
        return true;
    }

    /// True if the batch that contains `offset`, or the first one behind, begins at `leastBase` or behind and has the
    /// right epoch.
    private boolean agrees(SegmentList segments, long offset, long leastBase, long endOffset) throws IOException {
        for (int i = segments.floor(offset); i < segments.size() && offset >= 0 && offset < endOffset; i++) {
            Segment segment = segments.get(i);
            Place place = segment.locate(offset);
            if (place.position() < segment.size()) {
                BatchScanner scanner = segment.scan(place.position(), segment.size(), false);
                try {
                    return !scanner.next() || agrees(scanner.batch(), leastBase);
                } finally {
                    segment.log().release();
                }
            }
        }
        return true;
    }

    private boolean agrees(BatchView batch, long leastBase) {
        return batch.leaderEpoch() == NO_EPOCH
                || batch.baseOffset() >= leastBase
                        && batch.leaderEpoch() == epochs.epochAt(Math.max(batch.baseOffset(), first));
    }

    private void readBatches(SegmentList segments) throws IOException {
        epochs.clear();
        for (Segment segment : segments.all()) {
            if (segment.size() > 0) {
                BatchScanner scanner = segment.scan(0, segment.size(), false);
                try {
                    while (scanner.next()) {
                        seen(scanner.batch());
                    }
                } finally {
                    segment.log().release();
                }
            }
        }
    }
}
