package io.kurier.broker.api.shares;

import io.kurier.broker.api.records.ColdReads;
import io.kurier.broker.replica.Partition;
import io.kurier.broker.share.machine.ReadBatch;
import io.kurier.kernel.Network.FileRange;
import io.kurier.log.AbortedTransaction;
import io.kurier.log.LogException;
import io.kurier.log.PartitionLog;
import io.kurier.log.Slice;
import io.kurier.log.segment.BatchScanner;
import io.kurier.protocol.FileRecords;
import io.kurier.protocol.records.BatchView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// Reads whole batches for share groups: where the bytes lie, and which offsets are in which batch. Clients of share
/// groups are not told of aborted transactions, so what belongs to them is found here.
final class ShareReader {
    private final ColdReads coldReads = new ColdReads();

    /// What is to be read.
    ///
    /// @param from offset to begin at, which is in the log
    /// @param maxBytes one batch is read even if it is larger
    record Wanted(long from, int maxBytes, boolean readCommitted) {}

    /// Batches that were read; to be sent in part by [#records], or released.
    static final class Found {
        private final FileRange range;
        private final List<ReadBatch> batches;
        private final List<Long> ends;

        private Found(FileRange range, List<ReadBatch> batches, List<Long> ends) {
            this.range = range;
            this.batches = batches;
            this.ends = ends;
        }

        List<ReadBatch> batches() {
            return batches;
        }

        void release() {
            range.release();
        }

        /// The batches that hold these offsets, last one included, for an answer.
        FileRecords records(long first, long last) {
            long from = range.position();
            long to = from;
            for (int i = 0; i < batches.size(); i++) {
                if (batches.get(i).last() < first) {
                    from = ends.get(i);
                }
                if (batches.get(i).first() <= last) {
                    to = ends.get(i);
                }
            }
            return new FileRecords(new FileRange(range.file(), from, to - from, range.onRelease()));
        }
    }

    /// Reads what is committed from an offset on. Null if it would have to block and may not.
    ///
    /// @return with no batches, and nothing to release, if there is nothing
    @Nullable
    Read read(Partition partition, Wanted wanted, boolean mayBlock) {
        PartitionLog log = partition.log();
        long end = wanted.readCommitted() ? partition.lastStableOffset() : partition.highWatermark();
        if (wanted.from() >= end) {
            return Read.NOTHING;
        }
        Slice slice = mayBlock
                ? coldReads.read(log, wanted.from(), end, wanted.maxBytes(), true)
                : log.tryRead(wanted.from(), end, wanted.maxBytes(), true);
        if (slice == null) {
            return null;
        }
        FileRange range = slice.range();
        if (range == null) {
            return Read.NOTHING;
        }
        boolean found = false;
        try {
            List<AbortedTransaction> aborted =
                    wanted.readCommitted() ? log.abortedTransactions(wanted.from(), slice.nextOffset()) : List.of();
            Read read = new Read(scan(partition, range, aborted));
            found = true;
            return read;
        } finally {
            if (!found) {
                range.release();
            }
        }
    }

    /// @param found null if there is nothing
    record Read(@Nullable Found found) {
        static final Read NOTHING = new Read(null);
    }

    private static Found scan(Partition partition, FileRange range, List<AbortedTransaction> aborted) {
        List<ReadBatch> batches = new ArrayList<>();
        List<Long> ends = new ArrayList<>();
        BatchScanner scanner =
                new BatchScanner(range.file(), range.position(), range.position() + range.length(), false);
        try {
            while (scanner.next()) {
                BatchView batch = scanner.batch();
                boolean delivered = !batch.isControl() && batch.count() > 0 && !isAborted(batch, aborted);
                batches.add(new ReadBatch(batch.baseOffset(), batch.lastOffset(), delivered));
                ends.add(scanner.nextPosition());
            }
        } catch (IOException e) {
            throw new LogException(
                    Errors.KAFKA_STORAGE_ERROR, "Cannot read " + partition.name() + ": " + e.getMessage(), e);
        }
        if (scanner.fault() != null) {
            throw new LogException(Errors.CORRUPT_MESSAGE, "In " + partition.name() + " " + scanner.fault());
        }
        return new Found(range, batches, ends);
    }

    private static boolean isAborted(BatchView batch, List<AbortedTransaction> aborted) {
        return batch.isTransactional()
                && aborted.stream()
                        .anyMatch(transaction -> transaction.producerId() == batch.producerId()
                                && transaction.firstOffset() <= batch.baseOffset()
                                && batch.baseOffset() <= transaction.lastOffset());
    }
}
