package io.kurier.log.partition;

import io.kurier.log.file.OpenFile;
import io.kurier.log.segment.Segment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// The folder and the files of an open log as a whole: renamed, or let go. Those who read them can finish.
public final class LogFiles {
    private final OpenLog log;

    /// Of `log`.
    public LogFiles(OpenLog log) {
        this.log = log;
    }

    /// Gives the folder another name beside its old one, durably.
    ///
    /// @throws IOException if that failed; it may have either name then
    public void renameFolder(Path to) throws IOException {
        log.flush.mutex.lock();
        log.writerLock.lock();
        try {
            log.flush.leaveJournal();
            List<OpenFile> inside = new ArrayList<>();
            for (Segment segment : log.segments().all()) {
                inside.addAll(segment.files().all());
            }
            log.home.files().renameFolder(log.folder, to, inside);
            log.folder = to;
            log.disk().syncDirectory(Objects.requireNonNull(to.getParent()));
        } finally {
            log.writerLock.unlock();
            log.flush.mutex.unlock();
        }
    }

    /// Before the folder of a log that was closed gets another name: what the journal holds of it does not count.
    ///
    /// @throws io.kurier.log.LogException with KAFKA_STORAGE_ERROR if that failed
    public void leaveJournal() {
        log.flush.leaveJournal();
    }

    /// Nobody opens the files again.
    public void retire() {
        log.writerLock.lock();
        try {
            log.segments().all().forEach(segment -> segment.files().retire());
        } finally {
            log.writerLock.unlock();
        }
    }
}
