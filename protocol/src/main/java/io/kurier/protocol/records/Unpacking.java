package io.kurier.protocol.records;

import java.util.concurrent.Semaphore;

/// Lets few threads at a time unpack compressed records that strangers sent: one for two processors, 4 at most. What
/// that takes outside the heap (a zstd frame may ask for a window of 128 MiB) and of the processors is bounded so,
/// however many connections ask for it. Who came first is served first.
public final class Unpacking {
    private static final int MOST = 4;
    private static final Semaphore ROOM =
            new Semaphore(Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, MOST), true);

    private Unpacking() {}

    /// What is done with the records.
    public interface Reading<T, E extends Exception> {
        /// @throws CorruptBatchException by the iterator, if the records cannot be read
        T read(RecordIterator records) throws E;
    }

    /// Reads the records of a whole batch. If they are compressed it blocks while others unpack theirs: call it on a
    /// slow thread, and holding nothing that others wait for.
    ///
    /// @throws CorruptBatchException if they cannot be read
    public static <T, E extends Exception> T of(BatchView batch, Reading<T, E> reading) throws E {
        if (batch.codec() == 0) {
            return read(batch, reading);
        }
        ROOM.acquireUninterruptibly();
        try {
            return read(batch, reading);
        } finally {
            ROOM.release();
        }
    }

    private static <T, E extends Exception> T read(BatchView batch, Reading<T, E> reading) throws E {
        try (RecordIterator records = RecordIterator.of(batch)) {
            return reading.read(records);
        }
    }
}
