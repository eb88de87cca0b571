package io.kurier.log.journal;

import io.kurier.kernel.Disk;
import io.kurier.log.LogException;
import io.kurier.log.file.DiskFull;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The journal of a data directory: what many logs appended lately, durable by one sync. The logs' own files are synced
/// later, all at once ("settled"), and before that a power loss is mended from here by [JournalReplay].
///
/// Two files take turns. When one is full the other takes over, and the logs that have bytes in the full one are
/// settled in the background; while that goes on and the other is full as well, nothing can be written here, and the
/// logs are synced one by one.
///
/// The bytes of a file at a place must stay what was journaled, for as long as the journal holds them. Who wants to do
/// anything to a log but append, settles it and calls [#forget] first. Safe for use by several threads.
public final class Journal {
    /// The names of its files, neither of which could be a partition's folder.
    static final List<String> NAMES = List.of("kurier-a.journal", "kurier-b.journal");

    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

    /// A settled log costs a sync, and until then a file is kept open.
    private static final int MAX_LOGS = 2048;

    private final Disk disk;
    private final Path directory;
    private final long fileBytes;
    private final Executor settler;
    private JournalFile current;
    private JournalFile other;
    private long sequence;
    private final JournalBlock forgetting = new JournalBlock();

    /// A journal without anything in it. Its files are made when they are needed.
    ///
    /// @param fileBytes how large each of the two files may become; 0 for no journal: it never has room
    /// @param settler where logs are settled
    public Journal(Disk disk, Path directory, long fileBytes, Executor settler) {
        this.disk = disk;
        this.directory = directory;
        this.fileBytes = fileBytes;
        this.settler = settler;
        this.current = new JournalFile(disk, directory, NAMES.getFirst());
        this.other = new JournalFile(disk, directory, NAMES.getLast());
    }

    /// False if it never has room.
    public boolean isOn() {
        return fileBytes > 0;
    }

    /// Makes a block durable, which holds bytes of these logs. False if there is no room now; nothing was written then.
    ///
    /// @throws IOException if the disk failed: it is not known what was written
    public synchronized boolean write(JournalBlock block, Collection<? extends Journaled> logs) throws IOException {
        if (!hasRoomFor(block.sizeInBytes(), logs)) {
            return false;
        }
        try {
            append(block);
        } catch (IOException e) {
            if (DiskFull.is(e) && !(e instanceof JournalFile.SyncFailure)) {
                LOG.warn("No space is left for the journal in {}: logs are synced one by one", directory);
                return false;
            }
            throw e;
        }
        current.logs.addAll(logs);
        current.isSettled = false;
        return true;
    }

    private void append(JournalBlock block) throws IOException {
        current.append(block.sealed(sequence + 1), fileBytes);
        sequence++;
    }

    private boolean hasRoomFor(int bytes, Collection<? extends Journaled> logs) {
        if (bytes > fileBytes || logs.size() > MAX_LOGS) {
            return false;
        }
        if (current.hasRoom(bytes, fileBytes) && current.logs() + logs.size() <= MAX_LOGS) {
            return true;
        }
        if (!other.isSettled) {
            settle(other);
            return false;
        }
        JournalFile full = current;
        current = other;
        other = full;
        current.rewind();
        settle(full);
        return true;
    }

    private void settle(JournalFile file) {
        if (file.isSettling || file.isSettled) {
            return;
        }
        file.isSettling = true;
        List<Journaled> logs = List.copyOf(file.logs);
        settler.execute(() -> {
            boolean all = true;
            for (Journaled log : logs) {
                all &= settle(log);
            }
            settled(file, all);
        });
    }

    private static boolean settle(Journaled log) {
        try {
            log.settle();
            return true;
        } catch (LogException e) {
            LOG.debug("Not settled", e);
            return false;
        }
    }

    private synchronized void settled(JournalFile file, boolean all) {
        file.isSettling = false;
        file.isSettled = all;
    }

    /// Whatever the journal holds of the log does not count any more, durably. The caller has settled it.
    ///
    /// @throws IOException if the disk failed
    public synchronized void forget(Journaled log) throws IOException {
        if (!current.logs.contains(log) && !other.logs.contains(log)) {
            return;
        }
        forgetting.clear();
        forgetting.addForget(log.folderName());
        append(forgetting);
        current.logs.remove(log);
        other.logs.remove(log);
    }

    /// Ends the journal after all logs were settled: its files go, durably.
    public synchronized void end() throws IOException {
        close();
        JournalReplay.discard(disk, directory);
    }

    /// Lets go of the files, which stay.
    public synchronized void close() throws IOException {
        current.close();
        other.close();
    }
}
