package io.kurier.kernel;

import io.kurier.kernel.linux.FilePages;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;

/// One open file of a [FileDisk].
///
/// @param syncs is told how long each sync takes
/// @param pages which of it is in the page cache
record ChannelFile(Path path, FileChannel open, TimeCounts syncs, FilePages pages) implements DiskFile {
    /// The JDK copies a heap buffer through direct memory of the same size: in pieces, so that it stays small.
    private static final int MAX_HEAP_PIECE_BYTES = 1 << 20;

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
        int limit = into.limit();
        limitPiece(into);
        try {
            return open.read(into, position);
        } catch (IOException e) {
            throw FileDisk.failed("read", path, e);
        } finally {
            into.limit(limit);
        }
    }

    @Override
    public void write(ByteBuffer from, long position) throws IOException {
        int limit = from.limit();
        long at = position;
        try {
            while (from.hasRemaining()) {
                limitPiece(from);
                at += open.write(from, at);
                from.limit(limit);
            }
        } catch (IOException e) {
            throw FileDisk.failed("write", path, e);
        } finally {
            from.limit(limit);
        }
    }

    private static void limitPiece(ByteBuffer buffer) {
        if (!buffer.isDirect() && buffer.remaining() > MAX_HEAP_PIECE_BYTES) {
            buffer.limit(buffer.position() + MAX_HEAP_PIECE_BYTES);
        }
    }

    @Override
    public long size() throws IOException {
        try {
            return open.size();
        } catch (IOException e) {
            throw FileDisk.failed("read the size of", path, e);
        }
    }

    @Override
    public void truncate(long size) throws IOException {
        try {
            open.truncate(size);
        } catch (IOException e) {
            throw FileDisk.failed("truncate", path, e);
        }
    }

    @Override
    public void sync() throws IOException {
        try {
            long begunNs = System.nanoTime();
            open.force(false);
            syncs.add(System.nanoTime() - begunNs);
        } catch (IOException e) {
            throw FileDisk.failed("sync", path, e);
        }
    }

    @Override
    public Optional<FileChannel> channel() {
        return Optional.of(open);
    }

    @Override
    public Residence residence(long position, long length) {
        return pages.residence(position, length);
    }

    @Override
    public boolean load(long position, long length) {
        return pages.load(position, length);
    }

    @Override
    public void forget(long position, long length) {
        pages.forget(position, length);
    }

    @Override
    public void close() throws IOException {
        pages.close();
        try {
            open.close();
        } catch (IOException e) {
            throw FileDisk.failed("close", path, e);
        }
    }
}
