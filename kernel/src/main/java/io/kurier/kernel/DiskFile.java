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

    /// Reads, and only if it need not wait for the disk where it may not.
    ///
    /// @throws WouldWait if it may not wait, and the range is not surely in memory
    default int read(ByteBuffer into, long position, boolean mayWait) throws IOException {
        if (!mayWait && residence(position, into.remaining()) != Residence.IN_MEMORY) {
            throw new WouldWait();
        }
        return read(into, position);
    }

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

    /// Whether reading a range would wait for the disk.
    enum Residence {
        /// It would not: every byte is in memory.
        IN_MEMORY,
        /// It would.
        ON_DISK,
        /// Nobody can tell.
        UNKNOWN
    }

    /// Says whether a range must be read from the disk; never waits. Nothing may be known of a file before the first
    /// [#load].
    default Residence residence(long position, long length) {
        return Residence.UNKNOWN;
    }

    /// Begins to bring a range into memory; call it where a thread may block. False if this file cannot: then reading
    /// is the way.
    default boolean load(long position, long length) {
        return false;
    }

    /// Gives back the memory of a range that is durable and that nobody is about to read; the file stays as it is.
    /// Advice: nobody waits for it, and nothing tells what came of it.
    default void forget(long position, long length) {}

    /// What was to be read without waiting is not surely in memory. It has no trace, as it is no failure.
    final class WouldWait extends IOException {
        private static final long serialVersionUID = 1;

        /// To be thrown wherever the disk would have to be waited for.
        public WouldWait() {
            super("not in memory");
        }

        @Override
        public Throwable fillInStackTrace() {
            return this;
        }
    }
}
