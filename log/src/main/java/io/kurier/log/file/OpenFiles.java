package io.kurier.log.file;

import io.kurier.kernel.Disk;
import io.kurier.kernel.DiskFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Bounds how many files of a data directory are open: files are opened on demand, and those not used for longest are
/// closed. A file in use is never closed, so the bound may be passed by as many as are in use at once.
public final class OpenFiles {
    private static final Logger LOG = LoggerFactory.getLogger(OpenFiles.class);

    private final Disk disk;
    private final int maxOpen;
    /// Files that are open, roughly in the order of their last use: one that was used since it was queued goes round
    /// again.
    private final Deque<OpenFile> opened = new ArrayDeque<>();

    private boolean closed;

    /// @param maxOpen how many files may stay open
    public OpenFiles(Disk disk, int maxOpen) {
        this.disk = disk;
        this.maxOpen = maxOpen;
    }

    /// A file by its path; it is not opened yet.
    public OpenFile of(Path path) {
        return new OpenFile(this, path);
    }

    /// How many files are open now.
    public synchronized int size() {
        return opened.size();
    }

    Disk disk() {
        return disk;
    }

    synchronized DiskFile open(OpenFile file, Disk.Open how) throws IOException {
        DiskFile current = file.tryUse();
        if (current != null) {
            return current;
        }
        if (closed) {
            throw new IOException("cannot open " + file.path() + ": its data directory is closed");
        }
        if (file.isRetired()) {
            throw new IOException("cannot open " + file.path() + ": it was deleted");
        }
        evict();
        DiskFile made = disk.open(file.path(), how);
        file.nowOpen(made);
        opened.addLast(file);
        return made;
    }

    synchronized void retire(OpenFile file) {
        file.markRetired();
        if (file.tryClose()) {
            opened.remove(file);
            close(file);
        }
    }

    synchronized void released(OpenFile retired) {
        if (retired.tryClose()) {
            opened.remove(retired);
            close(retired);
        }
    }

    synchronized void rename(OpenFile file, Path to) throws IOException {
        if (disk.exists(file.path())) {
            disk.rename(file.path(), to);
        }
        file.movedTo(to);
    }

    /// Gives a folder another name, and so all files `inside` it; those who use them do not notice.
    public synchronized void renameFolder(Path from, Path to, Collection<OpenFile> inside) throws IOException {
        disk.rename(from, to);
        for (OpenFile file : inside) {
            file.movedTo(to.resolve(file.path().getFileName()));
        }
    }

    /// Closes all files that nobody uses now, and every other after its last use.
    public synchronized void close() {
        closed = true;
        for (OpenFile file : opened.toArray(OpenFile[]::new)) {
            retire(file);
        }
    }

    private void evict() {
        int looked = opened.size() * 2;
        while (opened.size() >= maxOpen && looked-- > 0) {
            OpenFile oldest = opened.removeFirst();
            if (!oldest.clearUsed() && oldest.tryClose()) {
                close(oldest);
            } else {
                opened.addLast(oldest);
            }
        }
    }

    private static void close(OpenFile file) {
        try {
            file.takeOpen().close();
        } catch (IOException e) {
            LOG.warn("Cannot close {}", file.path(), e);
        }
    }
}
