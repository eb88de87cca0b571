package io.kurier.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kurier.kernel.DiskFile.Residence;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDiskTest {
    private final Disk disk = new FileDisk();

    @TempDir
    Path folder;

    @Test
    void writesAndReadsAtPositions() throws IOException {
        Path path = folder.resolve("a");
        try (DiskFile file = disk.open(path, Disk.Open.CREATE)) {
            file.write(ByteBuffer.wrap("hello world".getBytes(UTF_8)), 0);
            file.write(ByteBuffer.wrap("WORLD".getBytes(UTF_8)), 6);
            file.sync();
            ByteBuffer into = ByteBuffer.allocate(20);

            assertThat(file.read(into, 6)).isEqualTo(5);
            assertThat(new String(into.array(), 0, 5, UTF_8)).isEqualTo("WORLD");
            assertThat(file.read(into, 11)).isEqualTo(-1);
            assertThat(file.size()).isEqualTo(11);
            file.truncate(5);
            assertThat(file.size()).isEqualTo(5);
            assertThat(file.channel()).isPresent();
        }
        assertThat(disk.size(path)).isEqualTo(5);
        assertThat(disk.modifiedMs(path))
                .isEqualTo(Files.getLastModifiedTime(path).toMillis());
    }

    @Test
    void largeHeapBuffersGoWholeAndKeepTheirLimits() throws IOException {
        byte[] bytes = new byte[3_000_001];
        new Random(1).nextBytes(bytes);
        try (DiskFile file = disk.open(folder.resolve("a"), Disk.Open.CREATE)) {
            ByteBuffer from = ByteBuffer.wrap(bytes);
            file.write(from, 10);
            ByteBuffer into = ByteBuffer.allocate(bytes.length);
            while (into.hasRemaining()) {
                assertThat(file.read(into, 10 + into.position())).isPositive();
                assertThat(into.limit()).isEqualTo(bytes.length);
            }

            assertThat(from.hasRemaining()).isFalse();
            assertThat(into.array()).isEqualTo(bytes);
        }
    }

    @Test
    void halfOfTheProcessesFilesMayBeOfTheDisk() throws IOException {
        assumeTrue(isLinux());
        int allowed = disk.mostOpenFiles();
        List<DiskFile> open = new ArrayList<>();
        try {
            for (int i = 0; i < Math.min(allowed, 3_000); i++) {
                open.add(disk.open(folder.resolve("file"), Disk.Open.CREATE));
            }
        } finally {
            for (DiskFile file : open) {
                file.close();
            }
        }
        assertThat(allowed).isBetween(256, Integer.MAX_VALUE);
    }

    @Test
    void aFolderIsNoFile() {
        for (Disk.Open how : Disk.Open.values()) {
            assertThatThrownBy(() -> disk.open(folder, how)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void nothingIsKnownOfMemoryBeforeSomethingWasLoaded() throws IOException {
        byte[] bytes = new byte[300_000];
        new Random(1).nextBytes(bytes);
        Path path = folder.resolve("a");
        try (DiskFile file = disk.open(path, Disk.Open.CREATE)) {
            file.write(ByteBuffer.wrap(bytes), 0);
            ByteBuffer into = ByteBuffer.allocate(1000);

            assertThat(file.residence(0, 1)).isEqualTo(Residence.UNKNOWN);
            assertThatThrownBy(() -> file.read(into, 0, false)).isInstanceOf(DiskFile.WouldWait.class);
            assertThat(into.position()).isZero();
            assertThat(file.read(into, 0, true)).isEqualTo(1000);

            assertThat(file.load(0, 1)).isEqualTo(isLinux());
            // What was just written lies in the page cache; older kernels do not tell.
            assertThat(file.residence(0, bytes.length)).isNotEqualTo(Residence.ON_DISK);
            assertThat(file.residence(299_999, 1)).isNotEqualTo(Residence.ON_DISK);
            if (file.residence(0, 1) == Residence.IN_MEMORY) {
                assertThat(file.read(into.clear().limit(500), 299_500, false)).isEqualTo(500);
                assertThat(file.residence(290_000, 20_000)).isEqualTo(Residence.ON_DISK);
            }
            file.sync();
            file.forget(0, bytes.length); // advice: what can be read stays the same
            assertThat(file.read(into.clear(), 0, true)).isEqualTo(1000);
            assertThat(into.array()).isEqualTo(Arrays.copyOf(bytes, 1000));
        }
    }

    @Test
    void aFileThatWasRenamedBeforeItsFirstLoadIsOneOfWhichNothingIsKnown() throws IOException {
        Path path = folder.resolve("a");
        try (DiskFile file = disk.open(path, Disk.Open.CREATE)) {
            file.write(ByteBuffer.wrap(new byte[100]), 0);
            disk.rename(path, folder.resolve("b"));

            assertThat(file.load(0, 100)).isFalse();
            assertThat(file.residence(0, 100)).isEqualTo(Residence.UNKNOWN);
        }
    }

    @Test
    void aFileThatIsClosedIsNotAskedAbout() throws IOException {
        Path path = folder.resolve("a");
        DiskFile file = disk.open(path, Disk.Open.CREATE);
        file.write(ByteBuffer.wrap(new byte[100]), 0);
        file.load(0, 100);
        file.close();

        assertThat(file.load(0, 100)).isFalse();
        assertThat(file.residence(0, 100)).isEqualTo(Residence.UNKNOWN);
    }

    private static boolean isLinux() {
        return System.getProperty("os.name").equals("Linux");
    }

    @Test
    void openingDoesWhatItsModeSays() throws IOException {
        Path path = folder.resolve("a");

        assertThatThrownBy(() -> disk.open(path, Disk.Open.READ))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining(path.toString());
        assertThatThrownBy(() -> disk.open(path, Disk.Open.WRITE)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> disk.open(folder, Disk.Open.READ))
                .hasMessageContaining("cannot open " + folder)
                .hasMessageContaining("folder");
        disk.open(path, Disk.Open.CREATE).close();
        try (DiskFile file = disk.open(path, Disk.Open.READ)) {
            assertThatThrownBy(() -> file.write(ByteBuffer.allocate(1), 0)).isInstanceOf(Exception.class);
        }
        DiskFile closed = disk.open(path, Disk.Open.WRITE);
        closed.close();
        assertThatThrownBy(closed::sync)
                .isInstanceOf(IOException.class)
                .hasMessage("cannot sync " + path + ": the file is closed");
    }

    @Test
    void foldersAreListedByName() throws IOException {
        disk.createDirectories(folder.resolve("x/y"));
        disk.createDirectories(folder.resolve("x/y"));
        for (String name : new String[] {"b", "a", "c"}) {
            disk.open(folder.resolve("x").resolve(name), Disk.Open.CREATE).close();
        }

        assertThat(disk.list(folder.resolve("x")))
                .extracting(path -> path.getFileName().toString())
                .containsExactly("a", "b", "c", "y");
        assertThat(disk.isDirectory(folder.resolve("x/y"))).isTrue();
        assertThat(disk.isDirectory(folder.resolve("x/a"))).isFalse();
        assertThat(disk.exists(folder.resolve("x/a"))).isTrue();
        assertThat(disk.exists(folder.resolve("x/z"))).isFalse();
        assertThatThrownBy(() -> disk.list(folder.resolve("none"))).hasMessageContaining("cannot list folder");
        disk.syncDirectory(folder.resolve("x"));
        assertThatThrownBy(() -> disk.syncDirectory(folder.resolve("none")))
                .hasMessageContaining("cannot sync folder " + folder.resolve("none"));
        assertThat(disk.usableBytes(folder.resolve("not/there/yet"))).isPositive();
        assertThat(disk.totalBytes(folder.resolve("not/there/yet"))).isGreaterThanOrEqualTo(disk.usableBytes(folder));
    }

    @Test
    void renamingReplacesAndDeletingIsHarmless() throws IOException {
        Path a = folder.resolve("a");
        Path b = folder.resolve("b");
        Files.writeString(a, "new");
        Files.writeString(b, "old");

        disk.rename(a, b);

        assertThat(Files.readString(b)).isEqualTo("new");
        assertThat(disk.exists(a)).isFalse();
        assertThatThrownBy(() -> disk.rename(a, b))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot rename " + a + " to " + b);
        disk.delete(b);
        disk.delete(b);
        disk.createDirectories(folder.resolve("full/one"));
        assertThatThrownBy(() -> disk.delete(folder.resolve("full"))).hasMessageContaining("the folder is not empty");
    }

    @Test
    void aLockIsHeldOncePerProcessUntilClosed() throws IOException {
        Path path = folder.resolve(".lock");
        Closeable first = disk.lock(path);

        assertThatThrownBy(() -> new FileDisk().lock(folder.resolve("../" + folder.getFileName() + "/.lock")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("another node in this process");
        first.close();
        first.close();
        Closeable second = disk.lock(path);
        first.close();
        assertThatThrownBy(() -> disk.lock(path)).isInstanceOf(IOException.class);
        second.close();
        assertThatThrownBy(() -> disk.lock(folder.resolve("none/.lock"))).hasMessageContaining("cannot lock");
        disk.lock(path).close();
    }

    /// Also after a second attempt of this process, which must not drop the lock by closing the file.
    @Test
    void aLockKeepsOtherProcessesOut() throws IOException, InterruptedException {
        Path path = folder.resolve(".lock");
        try (Closeable held = disk.lock(path)) {
            assertThat(held).isNotNull();
            assertThatThrownBy(() -> disk.lock(path)).isInstanceOf(IOException.class);

            assertThat(lockInAnotherProcess(path)).contains("another process holds the lock");
        }
        assertThat(lockInAnotherProcess(path)).contains("taken");
    }

    private static String lockInAnotherProcess(Path path) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LockTaker.class.getName(),
                        path.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return output;
    }

    static final class LockTaker {
        private LockTaker() {}

        public static void main(String[] args) {
            try (Closeable lock = new FileDisk().lock(Path.of(args[0]))) {
                System.out.println("taken " + lock);
            } catch (IOException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @Test
    void anInterruptSaysWhatItDid() throws IOException {
        Path path = folder.resolve("a");
        try (DiskFile file = disk.open(path, Disk.Open.CREATE)) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> file.write(ByteBuffer.allocate(1), 0)).hasMessageContaining("never interrupt");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void aReadOnlyFolderIsNamed() throws IOException {
        Path path = folder.resolve("file");
        Files.writeString(path, "x");

        assertThatThrownBy(() -> disk.createDirectories(path))
                .hasMessageContaining("a file of that name is in the way");
        try (FileChannel channel = FileChannel.open(path)) {
            assertThat(channel.size()).isEqualTo(1);
        }
        assertThatThrownBy(() -> disk.size(folder.resolve("none"))).hasMessageContaining("no such file or folder");
        assertThatThrownBy(() -> disk.modifiedMs(folder.resolve("none"))).isInstanceOf(NoSuchFileException.class);
    }
}
