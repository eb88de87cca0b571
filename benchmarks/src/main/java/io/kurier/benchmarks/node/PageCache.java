package io.kurier.benchmarks.node;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The machine's memory as a server that has run for a day has it: all of it was used before. On a virtual machine the
/// first touch of a page that was never used, or was given back to the host, costs the process that happens to need it
/// about 2 s of system time per GB; such noise is not a node's cost. So what is spare is taken and kept, and the page
/// cache has to use the rest again and again.
///
/// Memory of a process, not pages of a file: those do not stay where the kernel gives idle pages back by itself.
public final class PageCache implements AutoCloseable {
    private static final long LEFT_AVAILABLE = 6L << 30;
    private static final long PIECE = 64L << 20;
    private static final int PAGE = 4096;

    private final boolean takes;
    private final Arena arena = Arena.ofConfined();

    /// @param takes false leaves memory as it is
    public PageCache(boolean takes) {
        this.takes = takes;
    }

    /// Takes what is available beyond 6 GB. One thread alone may call it.
    public void fill() throws IOException {
        while (takes && ProcFiles.memoryBytes("MemAvailable") > LEFT_AVAILABLE + PIECE) {
            MemorySegment piece = arena.allocate(PIECE, PAGE);
            for (long at = 0; at < PIECE; at += PAGE) {
                piece.set(ValueLayout.JAVA_BYTE, at, (byte) 1);
            }
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
