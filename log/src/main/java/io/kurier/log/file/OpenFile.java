package io.kurier.log.file;

import io.kurier.kernel.Disk;
import io.kurier.kernel.DiskFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// One file that is opened when it is used and may be closed in between. Every [#acquire()] is answered by one
/// [#release()]. Between the two the file stays open, even when it is deleted meanwhile.
public final class OpenFile {
    private static final int CLOSED = -1;

    private final OpenFiles owner;
    /// How many use it; [#CLOSED] when it is not open.
    private final AtomicInteger users = new AtomicInteger(CLOSED);
    private volatile @Nullable DiskFile file;
    private volatile Path path;
    private volatile boolean used;
    private volatile boolean retired;

    OpenFile(OpenFiles owner, Path path) {
        this.owner = owner;
        this.path = path;
    }

    /// Where the file is.
    public Path path() {
        return path;
    }

    /// The open file, which must exist.
    public DiskFile acquire() throws IOException {
        return acquire(true);
    }

    /// The open file, which must exist.
    ///
    /// @throws DiskFile.WouldWait if it would have to be opened, and waiting for the disk is not allowed
    public DiskFile acquire(boolean mayWait) throws IOException {
        DiskFile open = tryUse();
        if (open == null && !mayWait) {
            throw new DiskFile.WouldWait();
        }
        return open != null ? open : owner.open(this, Disk.Open.WRITE);
    }

    /// The open file, made if it does not exist.
    public DiskFile acquireOrCreate() throws IOException {
        DiskFile open = tryUse();
        return open != null ? open : owner.open(this, Disk.Open.CREATE);
    }

    /// Ends one use.
    public void release() {
        if (users.decrementAndGet() == 0 && retired) {
            owner.released(this);
        }
    }

    /// The file is deleted: it is not opened again, and closed after its last use.
    public void retire() {
        owner.retire(this);
    }

    /// Gives the file another name; those who use it do not notice. If it does not exist, it is that name that it does
    /// not have: what is made under the old one later is another file.
    public void rename(Path to) throws IOException {
        owner.rename(this, to);
    }

    /// Makes its name durable.
    void syncName() throws IOException {
        owner.disk().syncDirectory(Objects.requireNonNull(path.getParent()));
    }

    @Nullable
    DiskFile tryUse() {
        while (true) {
            int now = users.get();
            if (now == CLOSED) {
                return null;
            }
            if (users.compareAndSet(now, now + 1)) {
                if (!used) {
                    used = true;
                }
                return Objects.requireNonNull(file);
            }
        }
    }

    void nowOpen(DiskFile open) {
        file = open;
        used = true;
        users.set(1);
    }

    boolean tryClose() {
        return users.compareAndSet(0, CLOSED);
    }

    DiskFile takeOpen() {
        DiskFile open = Objects.requireNonNull(file);
        file = null;
        return open;
    }

    boolean clearUsed() {
        boolean was = used;
        used = false;
        return was;
    }

    boolean isRetired() {
        return retired;
    }

    void markRetired() {
        retired = true;
    }

    void movedTo(Path to) {
        path = to;
    }
}
