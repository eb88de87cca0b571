package io.kurier.benchmarks.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class ColdFilesTest {
    @Test
    void whatWasJustWrittenIsInMemory(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("a.log"), new byte[10_000]);
        Path empty = Files.write(folder.resolve("b.log"), new byte[0]);
        var files = new ColdFiles(List.of(file, empty));
        assertThat(files.bytes()).isEqualTo(10_000);
        assertThat(files.residentBytes()).isEqualTo(3 * 4096);
    }

    @Test
    void aSparseFileThatNobodyReadIsNot(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("hole.log");
        try (var sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(1 << 20);
        }
        assertThat(new ColdFiles(List.of(file)).residentBytes()).isZero();
    }
}
