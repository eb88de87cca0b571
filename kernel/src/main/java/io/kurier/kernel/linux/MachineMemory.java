package io.kurier.kernel.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// How much memory a process can have at all: the machine's, or less in a container.
public final class MachineMemory {
    /// Where the kernel does not tell.
    static final long UNKNOWN_BYTES = 4L << 30;

    private static final long KILOBYTE = 1024;

    private MachineMemory() {}

    /// In bytes. Where the kernel does not tell, 4 GiB.
    public static long bytes() {
        return bytes(Path.of("/"));
    }

    static long bytes(Path root) {
        return Stream.of(
                        field(root.resolve("proc/meminfo"), "MemTotal:", KILOBYTE),
                        field(root.resolve("sys/fs/cgroup/memory.max"), "", 1),
                        field(root.resolve("sys/fs/cgroup/memory/memory.limit_in_bytes"), "", 1))
                .filter(OptionalLong::isPresent)
                .mapToLong(OptionalLong::getAsLong)
                .min()
                .orElse(UNKNOWN_BYTES);
    }

    /// The number in the first line that begins with `name`; nothing if there is none, or the word that stands for no
    /// limit.
    private static OptionalLong field(Path file, String name, long unit) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(name))
                    .limit(1)
                    .map(line -> line.replaceAll("\\D", ""))
                    .filter(digits -> !digits.isEmpty())
                    .mapToLong(Long::parseLong)
                    .map(number -> Math.multiplyExact(number, unit))
                    .findFirst();
        } catch (IOException | RuntimeException e) {
            return OptionalLong.empty(); // another kernel, or another form: not known
        }
    }
}
