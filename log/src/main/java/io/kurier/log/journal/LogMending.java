package io.kurier.log.journal;

import io.kurier.kernel.Disk;
import io.kurier.kernel.DiskFile;
import io.kurier.log.file.SegmentNames;
import io.kurier.log.segment.BatchScanner;
import io.kurier.log.segment.LastBatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts what the journal holds of one log into its segments, and never over what another program has written there
/// since (Apache Kafka, which knows nothing of the journal). Not safe for several threads.
///
/// Bytes go to their place only behind the very batch that they followed, and not over a whole batch other than theirs:
/// a power loss leaves parts of batches, zeros or nothing, but no batch that Kurier did not write there. Offset and
/// leader epoch are outside a batch's checksum, so one of which only they are lost looks whole: its checksum is that of
/// ours. What is found first decides for the rest of the log.
final class LogMending {
    private static final Logger LOG = LoggerFactory.getLogger(LogMending.class);

    private static final int LENGTH_AT = 8;
    private static final int PREFIX_BYTES = 12;
    private static final int CRC_AT = 17;

    private final Disk disk;
    private final Path folder;
    private final NavigableMap<Long, List<Piece>> segments;
    private long missingBytes;
    private long unusedBytes;
    private boolean mended;

    /// Bytes of a segment.
    ///
    /// @param from the journal's file that has them
    record Piece(DiskFile from, JournalScanner.Entry entry) {}

    /// @param segments what belongs into each, by base offset, in the order in which it was written
    LogMending(Disk disk, Path folder, NavigableMap<Long, List<Piece>> segments) {
        this.disk = disk;
        this.folder = folder;
        this.segments = segments;
    }

    /// How many bytes the segments lacked.
    long missingBytes() {
        return missingBytes;
    }

    /// False if another program has written to the log since.
    boolean isWhole() {
        return unusedBytes == 0;
    }

    /// Does it. Segments and logs that are not there were deleted later.
    ///
    /// @throws UncheckedIOException if the disk fails
    void run() {
        segments.forEach((base, pieces) -> {
            Path segment = SegmentNames.file(folder, base, SegmentNames.LOG);
            if (!disk.exists(segment)) {
                return;
            }
            try {
                mend(segment, pieces);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        if (!isWhole()) {
            LOG.error(
                    "{} was written to by another program after Kurier ended without a clean stop: {} bytes of records"
                            + " that its journal holds are not in the log, as others lie at their place. The journal is"
                            + " kept under another name",
                    folder,
                    unusedBytes);
        }
    }

    /// What a segment holds already may have been in the page cache only, so it is synced in any case.
    private void mend(Path segment, List<Piece> pieces) throws IOException {
        try (DiskFile file = disk.open(segment, Disk.Open.WRITE)) {
            for (Piece piece : pieces) {
                if (!isWhole() || !follows(file, piece.entry())) {
                    unusedBytes += piece.entry().bytes();
                } else {
                    put(file, piece);
                }
            }
            file.sync();
        }
    }

    /// True if the batch before is the one that was there when the piece was written.
    private static boolean follows(DiskFile file, JournalScanner.Entry piece) throws IOException {
        LastBatch before = piece.before();
        if (before.bytes() == 0) {
            return true;
        }
        ByteBuffer header = read(file, piece.position() - before.bytes(), CRC_AT + Integer.BYTES);
        return piece.position() <= file.size()
                && header.remaining() == CRC_AT + Integer.BYTES
                && header.getInt(LENGTH_AT) == before.bytes() - PREFIX_BYTES
                && header.getInt(CRC_AT) == before.crc();
    }

    private void put(DiskFile file, Piece piece) throws IOException {
        ByteBuffer bytes = read(piece.from(), piece.entry().at(), piece.entry().bytes());
        int position = piece.entry().position();
        if (bytes.equals(read(file, position, bytes.remaining()))) {
            return;
        }
        int end = bytes.limit();
        for (int at = 0; at < end; at = bytes.limit()) {
            bytes.limit(batchEnd(bytes, at, end)).position(at);
            if (!bytes.equals(read(file, position + at, bytes.remaining()))) {
                if (!mended && hasAnother(file, position + at, bytes.slice())) {
                    unusedBytes += end - at;
                    return;
                }
                mended = true;
                missingBytes += bytes.remaining();
                file.write(bytes, position + at);
            }
        }
    }

    private static int batchEnd(ByteBuffer bytes, int at, int end) {
        int length = end - at < PREFIX_BYTES ? -1 : bytes.limit(end).getInt(at + LENGTH_AT);
        return length < 0 || length > end - at - PREFIX_BYTES ? end : at + PREFIX_BYTES + length;
    }

    private static boolean hasAnother(DiskFile file, long position, ByteBuffer ours) throws IOException {
        BatchScanner scanner = new BatchScanner(file, position, file.size(), true);
        return scanner.next()
                && (ours.remaining() < CRC_AT + Integer.BYTES || scanner.batch().crc() != ours.getInt(CRC_AT));
    }

    /// Less if the file ends before.
    private static ByteBuffer read(DiskFile file, long position, int bytes) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(bytes);
        while (position >= 0 && into.hasRemaining() && file.read(into, position + into.position()) > 0) {
            // until it is full, or the file ends
        }
        return into.flip();
    }
}
