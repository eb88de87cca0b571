package io.kurier.benchmarks.node;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/// Files whose pages are to leave the page cache, and the proof that they did (mincore(2)).
public record ColdFiles(List<Path> files) {
    private static final int PAGE = 4096;

    @SuppressWarnings("restricted")
    private static final MethodHandle MINCORE = Linker.nativeLinker()
            .downcallHandle(
                    Linker.nativeLinker().defaultLookup().findOrThrow("mincore"),
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS));

    /// Bytes in all files.
    public long bytes() throws IOException {
        long bytes = 0;
        for (Path each : files) {
            bytes += Files.size(each);
        }
        return bytes;
    }

    /// Bytes that lie in the page cache now, in whole pages.
    public long residentBytes() throws IOException {
        long pages = 0;
        for (Path each : files) {
            try (var channel = FileChannel.open(each, StandardOpenOption.READ);
                    var arena = Arena.ofConfined()) {
                long size = channel.size();
                if (size > 0) {
                    pages += resident(channel.map(MapMode.READ_ONLY, 0, size, arena), arena);
                }
            }
        }
        return pages * PAGE;
    }

    private static long resident(MemorySegment mapped, Arena arena) throws IOException {
        MemorySegment states = arena.allocate((mapped.byteSize() + PAGE - 1) / PAGE);
        int result;
        try {
            result = (int) MINCORE.invokeExact(mapped, mapped.byteSize(), states);
        } catch (Throwable e) {
            throw new IOException("cannot ask which pages are in memory", e);
        }
        if (result != 0) {
            throw new IOException("mincore failed");
        }
        long pages = 0;
        for (long i = 0; i < states.byteSize(); i++) {
            pages += states.get(ValueLayout.JAVA_BYTE, i) & 1;
        }
        return pages;
    }

    /// Writes their bytes to disk and drops their pages from memory (`posix_fadvise`, by `dd`); tries again while more
    /// than a hundredth stays, a few times.
    ///
    /// @return bytes that are still in memory
    public long drop() throws IOException {
        long resident = bytes();
        for (int i = 0; i < 5 && resident > bytes() / 100; i++) {
            for (Path each : files) {
                drop(each);
            }
            resident = residentBytes();
        }
        return resident;
    }

    private static void drop(Path file) throws IOException {
        var process = new ProcessBuilder(
                        "dd", "of=" + file, "oflag=nocache", "conv=notrunc,fdatasync", "count=0", "status=none")
                .inheritIO()
                .start();
        try {
            if (process.waitFor() != 0) {
                throw new IOException("dd could not drop " + file);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
