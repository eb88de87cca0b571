package io.kurier.kernel;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Optional;

/// An open file, read and written at positions. Safe for use by several threads at once.
public interface DiskFile extends Closeable {
    /// Reads at most `into.remaining()` bytes from `position` on. Returns how many, or -1 at the end of the file.
    int read(ByteBuffer into, long position) throws IOException;

    /// Writes all that remains in `from`, at `position`.
    void write(ByteBuffer from, long position) throws IOException;

    /// Length in bytes.
    long size() throws IOException;

    /// Cuts the file to `size` bytes.
    void truncate(long size) throws IOException;

    /// Returns when all that was written before is durable (`fdatasync`). After a failure the state of the file is
    /// unknown: it must not be retried.
    void sync() throws IOException;

    /// The channel behind this file, for sending from it without a copy; empty where there is none.
    Optional<FileChannel> channel();
}
