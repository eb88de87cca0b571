package io.kurier.log.segment;

import io.kurier.kernel.Disk;
import io.kurier.kernel.DiskFile;
import io.kurier.log.file.OpenFile;
import io.kurier.log.file.OpenFiles;
import io.kurier.log.file.SegmentNames;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The files of one segment together: made, measured, renamed and deleted. Those who use them do not notice.
public record SegmentFiles(Disk disk, OpenFile log, OpenFile index, OpenFile timeIndex, OpenFile txnIndex) {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentFiles.class);

    /// How many bytes each has.
    record Sizes(int log, long index, long timeIndex, long txnIndex) {}

    /// The files of the segment that begins at an offset.
    ///
    /// @param suffix behind the usual names, such as [SegmentNames#CLEANED]; empty for a segment of the log
    public static SegmentFiles of(Disk disk, OpenFiles files, Path folder, long baseOffset, String suffix) {
        return new SegmentFiles(
                disk,
                files.of(SegmentNames.file(folder, baseOffset, SegmentNames.LOG + suffix)),
                files.of(SegmentNames.file(folder, baseOffset, SegmentNames.INDEX + suffix)),
                files.of(SegmentNames.file(folder, baseOffset, SegmentNames.TIME_INDEX + suffix)),
                files.of(SegmentNames.file(folder, baseOffset, SegmentNames.TXN_INDEX + suffix)));
    }

    /// Makes them, empty; where that fails none is left.
    void make() throws IOException {
        boolean whole = false;
        try {
            for (OpenFile file : List.of(log, index, timeIndex)) {
                DiskFile open = file.acquireOrCreate();
                try {
                    open.truncate(0);
                } finally {
                    file.release();
                }
            }
            disk.delete(txnIndex.path());
            whole = true;
        } finally {
            if (!whole) {
                tryDelete();
            }
        }
    }

    private void tryDelete() {
        try {
            delete();
        } catch (IOException e) {
            LOG.warn("Cannot delete the beginnings of {}: {}", log.path(), e.getMessage());
        }
    }

    /// A missing index is an empty one.
    Sizes sizes() throws IOException {
        long bytes = disk.size(log.path());
        if (bytes > Integer.MAX_VALUE) {
            throw new IOException(
                    "cannot use " + log.path() + ": it has " + bytes + " bytes, more than a segment can have");
        }
        return new Sizes((int) bytes, sizeOf(index), sizeOf(timeIndex), sizeOf(txnIndex));
    }

    private long sizeOf(OpenFile file) throws IOException {
        return disk.exists(file.path()) ? disk.size(file.path()) : 0;
    }

    /// Gives them the suffix `.deleted`; those who read them do not notice.
    ///
    /// @param mark put before it, so that no file that got the suffix earlier has the same name
    public void markDeleted(String mark) throws IOException {
        for (OpenFile file : all()) {
            file.rename(file.path().resolveSibling(file.path().getFileName() + mark + SegmentNames.DELETED));
        }
    }

    /// Deletes them. Those who use them now can finish.
    public void delete() throws IOException {
        for (OpenFile file : all()) {
            file.retire();
            disk.delete(file.path());
        }
    }

    /// Lets go of those that are open; nobody opens them again.
    public void retire() {
        all().forEach(OpenFile::retire);
    }

    /// All of them, the log last: while it is there, so is the segment.
    public List<OpenFile> all() {
        return List.of(index, timeIndex, txnIndex, log);
    }
}
