package io.kurier.log.partition;

import io.kurier.kernel.Disk;
import io.kurier.log.AbortedTransaction;
import io.kurier.log.file.ProducerSnapshotFile;
import io.kurier.log.file.SegmentNames;
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
import java.util.NavigableSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds out again what a log knows about its producers: from its newest good snapshot and the batches behind it.
final class ProducerRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(ProducerRecovery.class);
    /// A snapshot holds a producer's last batch alone; the others that may be sent again are looked for so far back.
    private static final int LOOK_BACK_BYTES = 256 << 10;

    private final Disk disk;
    private final Path folder;
    private final ProducerTable table;
    private final long nowMs;

    ProducerRecovery(Disk disk, Path folder, ProducerTable table, long nowMs) {
        this.disk = disk;
        this.folder = folder;
        this.table = table;
        this.nowMs = nowMs;
    }

    /// Fills the table as of `endOffset`.
    ///
    /// @param snapshots offsets of the snapshots in the folder; those behind the end, or damaged, are deleted
    /// @param txnIndexFrom the transaction indexes are complete below this offset, and written anew from it on
    void restore(SegmentList segments, NavigableSet<Long> snapshots, long endOffset, long txnIndexFrom)
            throws IOException {
        List<Long> behind = List.copyOf(snapshots.tailSet(endOffset, false));
        for (long stale : behind) {
            disk.delete(SegmentNames.file(folder, stale, SegmentNames.SNAPSHOT));
        }
        if (!behind.isEmpty()) {
            // Before the log grows past them again with other records: they would be believed then.
            disk.syncDirectory(folder);
        }
        long from = segments.first().baseOffset();
        table.restore(List.of(), nowMs);
        for (long offset :
                snapshots.headSet(Math.min(endOffset, txnIndexFrom), true).descendingSet()) {
            if (restore(offset)) {
                from = Math.max(from, offset);
                break;
            }
        }
        if (!table.isEmpty()) {
            lookBack(segments, from);
        }
        for (int i = segments.floor(from); i < segments.size(); i++) {
            replay(segments.get(i), from, endOffset, txnIndexFrom);
        }
    }

    private boolean restore(long offset) throws IOException {
        Path file = SegmentNames.file(folder, offset, SegmentNames.SNAPSHOT);
        try {
            table.restore(ProducerSnapshotFile.read(disk, file), nowMs);
            return true;
        } catch (IOException e) {
            LOG.warn("Going without a producer snapshot, by an earlier one and the log: {}", e.getMessage());
            disk.delete(file);
            return false;
        }
    }

    private void lookBack(SegmentList segments, long before) throws IOException {
        int left = LOOK_BACK_BYTES;
        for (int i = segments.floor(Math.max(before - 1, 0)); i >= 0 && left > 0; i--) {
            Segment segment = segments.get(i);
            if (segment.size() > 0) {
                Place to = before >= segment.nextOffset() ? new Place(before, segment.size()) : segment.locate(before);
                lookBack(segment, Math.max(0, to.position() - left), to.position());
                left -= to.position();
            }
        }
    }

    private void lookBack(Segment segment, int position, int to) throws IOException {
        int from = position == 0
                ? 0
                : segment.index().floorByPosition(position, true).position();
        List<BatchView> headers = new ArrayList<>();
        BatchScanner scanner = segment.scan(Math.clamp(from, 0, to), to, false);
        try {
            while (scanner.next()) {
                BatchView batch = scanner.batch();
                if (batch.hasProducerId()) {
                    byte[] header = new byte[BatchView.HEADER_BYTES];
                    batch.buffer().get(batch.start(), header);
                    headers.add(new BatchView(ByteBuffer.wrap(header), 0));
                }
            }
        } finally {
            segment.log().release();
        }
        headers.reversed().forEach(table::rememberEarlier);
    }

    private void replay(Segment segment, long from, long endOffset, long txnIndexFrom) throws IOException {
        if (segment.size() == 0 || from >= endOffset || segment.nextOffset() <= from) {
            return;
        }
        int position = from <= segment.baseOffset() ? 0 : segment.locate(from).position();
        BatchScanner scanner = segment.scan(position, segment.size(), false);
        try {
            while (scanner.next()) {
                BatchView batch = scanner.batch();
                if (!batch.hasProducerId()) {
                    continue;
                }
                if (batch.isControl()) {
                    batch = scanner.wholeBatch();
                    if (batch.baseOffset() >= txnIndexFrom) {
                        for (AbortedTransaction aborted : table.abortedBy(batch.bytes())) {
                            segment.txnIndex().append(aborted);
                        }
                    }
                }
                table.update(batch, nowMs);
            }
            if (scanner.fault() != null) {
                LOG.error(
                        "{} is damaged at position {}: {}", segment.log().path(), scanner.position(), scanner.fault());
            }
        } finally {
            segment.log().release();
        }
    }
}
