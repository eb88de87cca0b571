package io.kurier.log.segment;

import io.kurier.kernel.DiskFile;
import io.kurier.log.file.OpenFile;
import java.io.IOException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// The page cache of what the logs of one data directory wrote last: so many bytes of it stay, for those who read near
/// the end, and what is older is given back. New records then lie in memory that was just used, and the kernel need not
/// look for any: a page that it has to find first costs several times the copying of a record into it.
///
/// What is read from the disk again is the kernel's own affair.
public final class WrittenPages {
    private final long mostBytes;
    private final ArrayDeque<Piece> pieces = new ArrayDeque<>();
    private long bytes;

    private record Piece(OpenFile file, int from, int to) {
        int bytes() {
            return to - from;
        }
    }

    /// Keeps at most `mostBytes`.
    public WrittenPages(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    /// The bytes from `from` to `to` were written and are durable: they stay for now. Gives back others for it.
    public void keep(OpenFile file, int from, int to) {
        add(new Piece(file, from, to));
        for (Piece old = surplus(); old != null; old = surplus()) {
            giveBack(old.file(), old.from(), old.to());
        }
    }

    private synchronized void add(Piece piece) {
        pieces.addLast(piece);
        bytes += piece.bytes();
    }

    private synchronized @Nullable Piece surplus() {
        if (bytes <= mostBytes) {
            return null;
        }
        Piece old = pieces.removeFirst();
        bytes -= old.bytes();
        return old;
    }

    /// Nobody is expected to read these bytes: the kernel may use their memory for something else.
    public static void giveBack(OpenFile file, int from, int to) {
        try {
            DiskFile open = file.acquire();
            try {
                open.forget(from, to - from);
            } finally {
                file.release();
            }
        } catch (IOException e) {
            // It was deleted, and its pages with it.
        }
    }
}
