package io.kurier.kernel.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// The system calls about the page cache: `cachestat` (Linux 6.5), `preadv2` with `RWF_NOWAIT`, `readahead`,
/// `posix_fadvise`. A call that fails, or that this kernel does not know, answers less than zero.
final class PageCalls {
    private static final long CACHESTAT = 451; // the same number on every architecture
    private static final int READ_ONLY_CLOSE_ON_EXEC = 0x80000;
    private static final int NO_WAIT = 8;
    private static final int NOT_NEEDED = 4; // POSIX_FADV_DONTNEED
    private static final long RANGE_BYTES = 16;
    private static final long COUNTS_BYTES = 40;

    /// Linking takes some tens of milliseconds of a core, more where cores are short: too long for whoever writes, on
    /// whom the cluster waits.
    private static final class Linked {
        private static final CompletableFuture<@Nullable PageCalls> CALLS =
                CompletableFuture.supplyAsync(PageCalls::link, Linked::aside);

        private static void aside(Runnable work) {
            Thread.ofPlatform().daemon().name("kurier-linker").start(work);
        }
    }

    private final MethodHandle open;
    private final MethodHandle close;
    private final MethodHandle readAhead;
    private final MethodHandle advise;
    private final MethodHandle readVector;
    private final MethodHandle cacheStat;
    private final int pageBytes;

    private PageCalls(Linker linker) throws Throwable {
        open = handle(
                linker,
                "open",
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
                Linker.Option.firstVariadicArg(2));
        close = handle(linker, "close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        readAhead = handle(
                linker,
                "readahead",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
        advise = handle(
                linker,
                "posix_fadvise",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT));
        readVector = handle(
                linker,
                "preadv2",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT));
        cacheStat = handle(
                linker,
                "syscall",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_INT),
                Linker.Option.firstVariadicArg(1));
        pageBytes = (int) handle(linker, "getpagesize", FunctionDescriptor.of(ValueLayout.JAVA_INT))
                .invokeExact();
    }

    @SuppressWarnings("restricted") // asked for in link()
    private static MethodHandle handle(Linker linker, String name, FunctionDescriptor shape, Linker.Option... options) {
        SymbolLookup symbols = linker.defaultLookup();
        return linker.downcallHandle(symbols.findOrThrow(name), shape, options);
    }

    /// The calls; waits until they are linked, which begins when they are asked for first. Null if this is not Linux,
    /// or native calls were not allowed to the node (`--enable-native-access`), so that the JVM would print a warning.
    static @Nullable PageCalls get() {
        return Linked.CALLS.join();
    }

    /// The same without waiting: null as well as long as they are being linked.
    static @Nullable PageCalls getNow() {
        return Linked.CALLS.getNow(null);
    }

    private static @Nullable PageCalls link() {
        if (!PageCalls.class.getModule().isNativeAccessEnabled()
                || !System.getProperty("os.name", "").equals("Linux")) {
            return null;
        }
        try {
            return new PageCalls(Linker.nativeLinker());
        } catch (Throwable missing) {
            return null;
        }
    }

    /// A descriptor to ask about a file, less than zero if there is none.
    int open(Path path) {
        try (Arena arena = Arena.ofConfined()) {
            return (int) open.invokeExact(arena.allocateFrom(path.toString()), READ_ONLY_CLOSE_ON_EXEC);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    void close(int descriptor) {
        try {
            int _ = (int) close.invokeExact(descriptor);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /// Begins to read a range.
    boolean readAhead(int descriptor, long position, long length) {
        try {
            return (long) readAhead.invokeExact(descriptor, position, length) == 0;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /// Drops the whole pages of a range from the page cache, but for those that are not written yet.
    void forget(int descriptor, long position, long length) {
        try {
            int _ = (int) advise.invokeExact(descriptor, position, length, NOT_NEEDED);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /// How many pages of a range are not in the page cache; pages that are just being read are. Less than zero if the
    /// kernel does not tell.
    long absentPages(int descriptor, long position, long length) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment range = arena.allocate(RANGE_BYTES, 8);
            range.set(ValueLayout.JAVA_LONG, 0, position);
            range.set(ValueLayout.JAVA_LONG, 8, length);
            MemorySegment counts = arena.allocate(COUNTS_BYTES, 8);
            if ((long) cacheStat.invokeExact(CACHESTAT, descriptor, range, counts, 0) < 0) {
                return -1;
            }
            long pages = (position + length - 1) / pageBytes - position / pageBytes + 1;
            return Math.max(0, pages - counts.get(ValueLayout.JAVA_LONG, 0));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /// True if the byte at `position` can be read without waiting for the disk.
    boolean readsNow(int descriptor, long position) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment oneByte = arena.allocate(1, 8);
            MemorySegment vector = arena.allocate(16, 8);
            vector.set(ValueLayout.JAVA_LONG, 0, oneByte.address());
            vector.set(ValueLayout.JAVA_LONG, 8, 1);
            return (long) readVector.invokeExact(descriptor, vector, 1, position, NO_WAIT) == 1;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static IllegalStateException unexpected(Throwable e) {
        return new IllegalStateException("a native call failed in the JVM", e);
    }
}
