package io.kurier.benchmarks.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What Linux tells of a process and of the machine (proc(5)).
public final class ProcFiles {
    private static final double TICKS_PER_SECOND = 100.0;

    private ProcFiles() {}

    /// CPU seconds of a process, all its threads.
    ///
    /// @param system in the kernel on its behalf
    public record Cpu(double user, double system) {
        /// User and system.
        public double total() {
            return user + system;
        }

        /// What was added since.
        public Cpu since(Cpu before) {
            return new Cpu(user - before.user, system - before.system);
        }
    }

    /// CPU seconds of the process so far, in steps of 10 ms.
    public static Cpu cpu(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return new Cpu(Long.parseLong(fields[11]) / TICKS_PER_SECOND, Long.parseLong(fields[12]) / TICKS_PER_SECOND);
    }

    /// Busy CPU seconds of the whole machine so far.
    public static double busySeconds() throws IOException {
        String[] fields = Files.readAllLines(Path.of("/proc/stat")).getFirst().split(" +", -1);
        long ticks = 0;
        for (int i : new int[] {1, 2, 3, 6, 7}) {
            ticks += Long.parseLong(fields[i]);
        }
        return ticks / TICKS_PER_SECOND;
    }

    /// A field of `/proc/PID/status` that is counted in kB, in bytes; for example `VmRSS` or `RssAnon`.
    public static long statusBytes(long pid, String field) throws IOException {
        return kilobytes(Path.of("/proc/" + pid + "/status"), field);
    }

    /// A field of `/proc/meminfo` in bytes; for example `MemFree`.
    public static long memoryBytes(String field) throws IOException {
        return kilobytes(Path.of("/proc/meminfo"), field);
    }

    private static long kilobytes(Path file, String field) throws IOException {
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith(field + ":")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        throw new IOException(file + " has no " + field);
    }

    /// Bytes that the kernel has read from disk on behalf of a process so far, read ahead included.
    public static long diskReadBytes(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/io"))) {
            if (line.startsWith("read_bytes:")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IOException("/proc/" + pid + "/io has no read_bytes");
    }

    /// How many files and sockets a process holds open.
    public static int openFiles(long pid) throws IOException {
        try (var all = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return (int) all.count();
        }
    }

    /// The processor's name and the number of cores, memory, kernel.
    public static List<String> machine() throws IOException {
        String model = Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 2))
                .findFirst()
                .orElse("unknown processor");
        return List.of(
                Runtime.getRuntime().availableProcessors() + " cores of " + model,
                Math.round(memoryBytes("MemTotal") / (double) (1L << 30)) + " GiB of memory",
                "Linux "
                        + Files.readString(Path.of("/proc/sys/kernel/osrelease"))
                                .strip(),
                "Java " + Runtime.version());
    }
}
