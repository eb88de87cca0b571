package io.kurier.kernel.linux;

import io.kurier.kernel.DiskFile;
import io.kurier.kernel.DiskFile.Residence;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Which pages of one file are in the page cache. Only advice goes through here, never data: it uses a descriptor of
/// its own, opened by path at the first use, and if the file was renamed before, there is none.
public final class FilePages {
    private static final int NONE = -1;

    private final Path path;
    private volatile @Nullable PageCalls calls;
    private volatile int descriptor = NONE;
    private boolean closed;

    /// For a file at this path; nothing is opened yet.
    public FilePages(Path path) {
        this.path = path;
    }

    /// See [DiskFile#residence].
    public Residence residence(long position, long length) {
        PageCalls linked = calls;
        int open = descriptor;
        if (linked == null || open < 0) {
            return Residence.UNKNOWN;
        }
        long absent = linked.absentPages(open, position, length);
        if (absent < 0) {
            return Residence.UNKNOWN;
        }
        // Pages that are just being read count as there. They arrive in order, so that the last byte tells.
        boolean there = absent == 0 && linked.readsNow(open, position + length - 1);
        return there ? Residence.IN_MEMORY : Residence.ON_DISK;
    }

    /// See [DiskFile#load].
    public boolean load(long position, long length) {
        int open = descriptor < 0 ? openFirst(PageCalls.get()) : descriptor;
        PageCalls linked = calls;
        return open >= 0 && linked != null && linked.readAhead(open, position, length);
    }

    /// See [DiskFile#forget].
    public void forget(long position, long length) {
        int open = descriptor < 0 ? openFirst(PageCalls.getNow()) : descriptor;
        PageCalls linked = calls;
        if (open >= 0 && linked != null) {
            linked.forget(open, position, length);
        }
    }

    private synchronized int openFirst(@Nullable PageCalls linked) {
        if (descriptor < 0 && linked != null && !closed) {
            descriptor = linked.open(path);
            calls = linked;
        }
        return descriptor;
    }

    /// Gives the descriptor back.
    public synchronized void close() {
        closed = true;
        PageCalls linked = calls;
        if (linked != null && descriptor >= 0) {
            int open = descriptor;
            descriptor = NONE;
            linked.close(open);
        }
    }
}
