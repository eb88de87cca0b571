package io.kurier.kernel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.Optional;

/// One file of a [MemoryDisk], in pieces of 64 KiB that are made as they are written. The first grows
/// by doubling: a node has many small files.
final class MemoryFile implements DiskFile {
    private static final int PIECE_BYTES = 64 << 10;
    private static final int SMALLEST_BYTES = 256;

    private final MemoryDisk disk;
    private final Clock clock;
    private byte[][] pieces = new byte[4][];
    private volatile long size;
    private volatile long modifiedMs;

    MemoryFile(MemoryDisk disk, Clock clock) {
        this.disk = disk;
        this.clock = clock;
        this.modifiedMs = clock.wallMs();
    }

    @Override
    public synchronized int read(ByteBuffer into, long position) {
        if (position >= size) {
            return into.hasRemaining() ? -1 : 0;
        }
        int wanted = (int) Math.min(into.remaining(), size - position);
        for (int done = 0; done < wanted; ) {
            long at = position + done;
            int inPiece = (int) (at % PIECE_BYTES);
            int length = Math.min(wanted - done, PIECE_BYTES - inPiece);
            into.put(pieces[(int) (at / PIECE_BYTES)], inPiece, length);
            done += length;
        }
        return wanted;
    }

    @Override
    public void write(ByteBuffer from, long position) throws IOException {
        put(from, position);
    }

    private synchronized void put(ByteBuffer from, long position) throws IOException {
        long end = position + from.remaining();
        disk.use(end - size);
        reserve(end);
        for (long at = position; from.hasRemaining(); ) {
            int inPiece = (int) (at % PIECE_BYTES);
            int length = Math.min(from.remaining(), PIECE_BYTES - inPiece);
            from.get(pieces[(int) (at / PIECE_BYTES)], inPiece, length);
            at += length;
        }
        size = Math.max(size, end);
        modifiedMs = clock.wallMs();
    }

    private void reserve(long end) {
        int needed = Math.toIntExact((end + PIECE_BYTES - 1) / PIECE_BYTES);
        if (needed > pieces.length) {
            pieces = Arrays.copyOf(pieces, Math.max(needed, pieces.length * 2));
        }
        for (int i = needed - 1; i > 0 && pieces[i] == null; i--) {
            pieces[i] = new byte[PIECE_BYTES];
        }
        reserveFirst((int) Math.min(end, PIECE_BYTES));
    }

    private void reserveFirst(int bytes) {
        byte[] first = pieces[0];
        int length = Math.max(SMALLEST_BYTES, Integer.highestOneBit(Math.max(1, bytes - 1)) * 2);
        if (first == null) {
            pieces[0] = new byte[length];
        } else if (first.length < bytes) {
            pieces[0] = Arrays.copyOf(first, length);
        }
    }

    @Override
    public long size() {
        return size;
    }

    long modifiedMs() {
        return modifiedMs;
    }

    @Override
    public synchronized void truncate(long newSize) {
        if (newSize >= size) {
            return;
        }
        int keep = Math.toIntExact((newSize + PIECE_BYTES - 1) / PIECE_BYTES);
        Arrays.fill(pieces, keep, pieces.length, null);
        if (newSize % PIECE_BYTES != 0) {
            byte[] last = pieces[keep - 1];
            Arrays.fill(last, (int) (newSize % PIECE_BYTES), last.length, (byte) 0);
        }
        disk.free(size - newSize);
        size = newSize;
        modifiedMs = clock.wallMs();
    }

    @Override
    public void sync() {}

    @Override
    public Optional<FileChannel> channel() {
        return Optional.empty();
    }

    @Override
    public Residence residence(long position, long length) {
        return Residence.IN_MEMORY;
    }

    @Override
    public boolean load(long position, long length) {
        return true;
    }

    @Override
    public void close() {}
}
