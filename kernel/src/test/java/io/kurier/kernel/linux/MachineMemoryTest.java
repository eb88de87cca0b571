package io.kurier.kernel.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineMemoryTest {
    @TempDir
    Path root;

    @Test
    void theMachinesOwn() throws IOException {
        write("proc/meminfo", "MemTotal:       24684084 kB\nMemFree:         1000000 kB\n");
        assertThat(MachineMemory.bytes(root)).isEqualTo(24_684_084L << 10);
    }

    @Test
    void aContainersLimit() throws IOException {
        write("proc/meminfo", "MemTotal:       24684084 kB\n");
        write("sys/fs/cgroup/memory.max", "2147483648\n");
        assertThat(MachineMemory.bytes(root)).isEqualTo(2L << 30);
    }

    @Test
    void aContainerWithoutALimit() throws IOException {
        write("proc/meminfo", "MemTotal:       1024 kB\n");
        write("sys/fs/cgroup/memory.max", "max\n");
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        assertThat(MachineMemory.bytes(root)).isEqualTo(1 << 20);
    }

    @Test
    void aKernelThatDoesNotTell() throws IOException {
        assertThat(MachineMemory.bytes(root)).isEqualTo(MachineMemory.UNKNOWN_BYTES);
        write("proc/meminfo", "MemTotal: 99999999999999999999999 kB\n");
        assertThat(MachineMemory.bytes(root)).isEqualTo(MachineMemory.UNKNOWN_BYTES);
    }

    private void write(String file, String content) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }
}
