package io.kurier.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFilesTest {
    private final Disk disk = new FileDisk();

    @TempDir
    Path folder;

    @Test
    void replacesAWholeFile() throws IOException {
        Path path = folder.resolve("checkpoint");
        Files.writeString(folder.resolve("checkpoint.tmp"), "rubbish of an earlier crash, longer than what follows");

        WholeFiles.writeAtomically(disk, path, "first content".getBytes(UTF_8));
        WholeFiles.writeAtomically(disk, path, "second".getBytes(UTF_8));

        assertThat(WholeFiles.read(disk, path, 6)).isEqualTo("second".getBytes(UTF_8));
        assertThat(disk.list(folder)).containsExactly(path);
    }

    @Test
    void refusesWhatIsMissingOrTooLarge() throws IOException {
        Path path = folder.resolve("checkpoint");

        assertThatThrownBy(() -> WholeFiles.read(disk, path, 10)).isInstanceOf(NoSuchFileException.class);
        WholeFiles.writeAtomically(disk, path, new byte[11]);
        assertThatThrownBy(() -> WholeFiles.read(disk, path, 10))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(path + ": it has 11 bytes, where at most 10 are expected");
    }

    @Test
    void aFailureLeavesTheOldContentAndNoRubbish() throws IOException {
        Path path = folder.resolve("checkpoint");
        Files.createDirectories(path.resolve("in-the-way"));

        assertThatThrownBy(() -> WholeFiles.writeAtomically(disk, path, new byte[1]))
                .isInstanceOf(IOException.class);
        assertThat(disk.list(folder)).containsExactly(path);
        assertThat(disk.list(path)).hasSize(1);
    }
}
