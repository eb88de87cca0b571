package io.kurier.benchmarks.node;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// The machine's memory as a server that has run for a day has it: full of clean pages of files. On a virtual machine the
/// first touch of a page that was never used, or was given back to the host, costs the process that happens to need it
/// about 2 s of system time per GB; such noise is not a node's cost. So a filler file takes what is free.
public final class PageCache implements AutoCloseable {
    private static final long LEFT_FREE = 3L << 29;
    private static final int PIECE = 4 << 20;

    private final @Nullable Path file;

    /// @param file made when it is needed, removed at the end; null to leave memory as it is
    public PageCache(@Nullable Path file) {
        this.file = file;
    }

    /// Fills what is free beyond 1.5 GB. The disk keeps at least 20 GB.
    public void fill() throws IOException {
        long free = ProcFiles.memoryBytes("MemFree") - LEFT_FREE;
        if (file == null || free <= 0) {
            return;
        }
        Files.createDirectories(file.getParent());
        try (var channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            read(channel);
            free = ProcFiles.memoryBytes("MemFree") - LEFT_FREE;
            long room = Files.getFileStore(file).getUsableSpace() - (20L << 30);
            grow(channel, Math.min(free, room));
            channel.force(false);
        }
    }

    /// Pages that were dropped come back.
    private static void read(FileChannel channel) throws IOException {
        ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
        channel.position(0);
        while (ProcFiles.memoryBytes("MemFree") > LEFT_FREE && channel.read(piece) >= 0) {
            piece.clear();
        }
    }

    private static void grow(FileChannel channel, long bytes) throws IOException {
        byte[] noise = new byte[PIECE];
        new Random(1).nextBytes(noise);
        ByteBuffer piece = ByteBuffer.allocateDirect(PIECE).put(noise);
        channel.position(channel.size());
        for (long left = bytes; left > 0; left -= PIECE) {
            channel.write(piece.rewind());
        }
    }

    /// Drops the pages of these files from memory, after their bytes are on disk (`posix_fadvise`, by `dd`).
    public static void drop(List<Path> files) throws IOException {
        for (Path each : files) {
            var process = new ProcessBuilder(
                            "dd", "of=" + each, "oflag=nocache", "conv=notrunc,fdatasync", "count=0", "status=none")
                    .inheritIO()
                    .start();
            try {
                if (process.waitFor() != 0) {
                    throw new IOException("dd could not drop " + each);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            Files.deleteIfExists(file);
        }
    }
}
