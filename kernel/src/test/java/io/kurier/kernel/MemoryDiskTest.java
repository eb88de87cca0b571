package io.kurier.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MemoryDiskTest {
    private static final Path FOLDER = Path.of("/data/topic-0");
    private final MemoryDisk disk = new MemoryDisk(Clock.system(), 1 << 20);

    private DiskFile create(String name) throws IOException {
        disk.createDirectories(FOLDER);
        return disk.open(FOLDER.resolve(name), Disk.Open.CREATE);
    }

    @Test
    void readsWhatWasWrittenLikeAnArray() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] model = new byte[300_000];
        int length = 0;
        DiskFile file = create("a");
        for (int i = 0; i < 500; i++) {
            int at = random.nextInt(Math.min(length + 1, 200_000));
            byte[] bytes = new byte[random.nextInt(100_000)];
            random.nextBytes(bytes);
            if (random.nextInt(5) == 0) {
                file.truncate(at);
                if (at < length) {
                    Arrays.fill(model, at, length, (byte) 0);
                    length = at;
                }
            } else {
                file.write(ByteBuffer.wrap(bytes), at);
                System.arraycopy(bytes, 0, model, at, bytes.length);
                length = Math.max(length, at + bytes.length);
            }
            assertThat(file.size()).describedAs("seed %d", seed).isEqualTo(length);
            ByteBuffer all = ByteBuffer.allocate(model.length);
            int read = file.read(all, 0);
            assertThat(Math.max(0, read)).describedAs("seed %d", seed).isEqualTo(length);
            assertThat(Arrays.equals(all.array(), model))
                    .describedAs("seed %d", seed)
                    .isTrue();
        }
    }

    @Test
    void namesAreThoseOfAFileSystem() throws Exception {
        create("b").write(ByteBuffer.allocate(7), 0);
        create("a").close();
        assertThat(disk.list(FOLDER)).containsExactly(FOLDER.resolve("a"), FOLDER.resolve("b"));
        assertThat(disk.list(Path.of("/data"))).containsExactly(FOLDER);

        disk.rename(FOLDER.resolve("b"), FOLDER.resolve("a"));
        assertThat(disk.list(FOLDER)).containsExactly(FOLDER.resolve("a"));
        assertThat(disk.size(FOLDER.resolve("a"))).isEqualTo(7);

        disk.createDirectories(Path.of("/data/topic-0.x"));
        assertThat(disk.list(FOLDER)).containsExactly(FOLDER.resolve("a"));
        Path renamed = Path.of("/data/topic-0.deleted");
        disk.rename(FOLDER, renamed);
        assertThat(disk.exists(FOLDER)).isFalse();
        assertThat(disk.size(renamed.resolve("a"))).isEqualTo(7);
        assertThatThrownBy(() -> disk.delete(renamed)).isInstanceOf(DirectoryNotEmptyException.class);
        disk.delete(renamed.resolve("a"));
        disk.delete(renamed);
        assertThat(disk.exists(renamed)).isFalse();
        assertThatThrownBy(() -> disk.open(renamed.resolve("x"), Disk.Open.CREATE))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void aFullDiskRefusesAndHeals() throws Exception {
        DiskFile file = create("a");
        file.write(ByteBuffer.allocate(1 << 20), 0);
        assertThat(disk.usableBytes(FOLDER)).isZero();
        assertThat(disk.totalBytes(FOLDER)).isPositive();
        assertThatThrownBy(() -> file.write(ByteBuffer.allocate(1), 1 << 20))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("No space left");
        disk.delete(FOLDER.resolve("a"));
        create("b").write(ByteBuffer.allocate(1 << 20), 0);
    }

    @Test
    void aLockIsHeldOnce() throws Exception {
        disk.createDirectories(FOLDER);
        Closeable lock = disk.lock(FOLDER.resolve(".lock"));
        assertThatThrownBy(() -> disk.lock(FOLDER.resolve(".lock"))).isInstanceOf(IOException.class);
        lock.close();
        disk.lock(FOLDER.resolve(".lock")).close();
    }
}
