package io.kurier.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.kernel.Disk;
import io.kurier.kernel.DiskFile;
import io.kurier.kernel.WholeFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// That the simulated disk is a disk, and fails as it is told; what a power loss does is in [SimDiskPowerLossTest].
class SimDiskTest {
    private static final Path FOLDER = Path.of("/data");
    private static final Path A = FOLDER.resolve("a");
    private static final Path B = FOLDER.resolve("b");

    private final ManualClock clock = new ManualClock();
    private final SimDisk disk = diskWithFolder(clock, 1);

    static SimDisk diskWithFolder(ManualClock clock, long seed) {
        SimDisk disk = new SimDisk(clock, seed);
        try {
            disk.createDirectories(FOLDER);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        disk.syncAll();
        return disk;
    }

    @Test
    void writesAndReadsAtPositions() throws IOException {
        try (DiskFile file = disk.open(A, Disk.Open.CREATE)) {
            file.write(text("hello world"), 0);
            file.write(text("WORLD"), 6);
            file.write(text("!"), 13);
            ByteBuffer into = ByteBuffer.allocate(20);

            assertThat(file.read(into, 6)).isEqualTo(8);
            assertThat(new String(into.array(), 0, 8, UTF_8)).isEqualTo("WORLD\0\0!");
            assertThat(file.read(into, 14)).isEqualTo(-1);
            file.truncate(5);
            file.truncate(500);
            assertThat(file.size()).isEqualTo(5);
            file.write(text("x"), 7);
            assertThat(disk.bytes(A)).isEqualTo("hello\0\0x".getBytes(UTF_8));
            assertThat(file.channel()).isEmpty();
        }
        assertThat(disk.size(A)).isEqualTo(8);
    }

    @Test
    void behavesAsTheRealDiskDoes() throws IOException {
        assertThatThrownBy(() -> disk.open(A, Disk.Open.READ))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining(A.toString());
        assertThatThrownBy(() -> disk.open(FOLDER.resolve("none/a"), Disk.Open.CREATE))
                .isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> disk.open(FOLDER, Disk.Open.READ)).hasMessageContaining("folder");
        clock.advanceMs(7);
        write(disk, A, "a");
        assertThat(disk.modifiedMs(A)).isEqualTo(ManualClock.START_MS + 7);
        disk.createDirectories(FOLDER.resolve("x/y"));
        assertThat(disk.list(FOLDER)).containsExactly(A, FOLDER.resolve("x"));
        assertThat(disk.isDirectory(FOLDER.resolve("x/y"))).isTrue();
        assertThatThrownBy(() -> disk.createDirectories(A)).isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> disk.delete(FOLDER.resolve("x"))).isInstanceOf(DirectoryNotEmptyException.class);
        disk.rename(FOLDER.resolve("x"), FOLDER.resolve("z"));
        assertThat(disk.exists(FOLDER.resolve("z/y"))).isTrue();
        assertThatThrownBy(() -> disk.rename(A, FOLDER.resolve("z"))).hasMessageContaining("in the way");
        assertThatThrownBy(() -> disk.rename(B, A)).isInstanceOf(NoSuchFileException.class);
        write(disk, B, "b");
        disk.rename(A, B);
        assertThat(disk.files(FOLDER)).containsExactly(B);
        assertThat(disk.bytes(B)).isEqualTo("a".getBytes(UTF_8));
        disk.delete(B);
        disk.delete(B);
        assertThat(disk.exists(B)).isFalse();
    }

    @Test
    void handlesKnowWhatTheyMay() throws IOException {
        write(disk, A, "a");
        DiskFile file = disk.open(A, Disk.Open.READ);
        assertThatThrownBy(() -> file.write(text("x"), 0)).isInstanceOf(NonWritableChannelException.class);
        disk.delete(A);
        assertThat(file.size()).isEqualTo(1);
        file.close();
        assertThatThrownBy(file::size).isInstanceOf(IOException.class).hasMessageContaining("closed");
    }

    @Test
    void aLockIsHeldOnceUntilClosedOrRebooted() throws IOException {
        Closeable lock = disk.lock(A);
        assertThatThrownBy(() -> disk.lock(A)).isInstanceOf(IOException.class).hasMessageContaining("another node");
        lock.close();
        disk.lock(A);
        lock.close();
        assertThatThrownBy(() -> disk.lock(A)).isInstanceOf(IOException.class);
        disk.killProcess();
        disk.reboot();
        disk.lock(A).close();
    }

    @Test
    void wholeFilesWorkOnIt() throws IOException {
        WholeFiles.writeAtomically(disk, A, "one".getBytes(UTF_8));
        WholeFiles.writeAtomically(disk, A, "two".getBytes(UTF_8));
        disk.powerLoss();
        disk.reboot();

        assertThat(WholeFiles.read(disk, A, 3)).isEqualTo("two".getBytes(UTF_8));
        assertThat(disk.list(FOLDER)).containsExactly(A);
    }

    @Test
    void aFullDiskTakesWhatFitsAndHeals() throws IOException {
        disk.capacity(10);
        assertThat(disk.usableBytes(FOLDER)).isEqualTo(10);
        try (DiskFile file = disk.open(A, Disk.Open.CREATE)) {
            file.write(text("123456"), 0);
            assertThatThrownBy(() -> file.write(text("7890ab"), 6))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("No space left on device");
            assertThat(file.size()).isEqualTo(10);
            assertThatThrownBy(() -> disk.open(B, Disk.Open.CREATE)).hasMessageContaining("No space left");
            assertThatThrownBy(() -> disk.createDirectories(B)).hasMessageContaining("No space left");
            file.write(text("over write"), 0);
            file.truncate(4);
            assertThat(disk.usableBytes(FOLDER)).isEqualTo(6);
            disk.heal();
            file.write(text("any number of bytes"), 4);
        }
    }

    @Test
    void theDiskFillsAtTheNthWrite() throws IOException {
        try (DiskFile file = disk.open(A, Disk.Open.CREATE)) {
            disk.fullAfterWrites(2);
            file.write(text("first"), 0);
            assertThatThrownBy(() -> file.write(text("second"), 5)).hasMessageContaining("No space left");
            assertThatThrownBy(() -> file.write(text("third"), 8)).hasMessageContaining("No space left");
            assertThat(disk.bytes(A)).isEqualTo("firstsec".getBytes(UTF_8));
            disk.heal();
            file.write(text("third"), 8);
        }
    }

    @Test
    void readsAndWritesFailWhereTold() throws IOException {
        write(disk, A, "a");
        write(disk, B, "b");
        disk.failReads(A::equals);
        disk.failWrites(B::equals);
        try (DiskFile a = disk.open(A, Disk.Open.WRITE);
                DiskFile b = disk.open(B, Disk.Open.WRITE)) {
            assertThatThrownBy(() -> a.read(ByteBuffer.allocate(1), 0)).hasMessageContaining("Input/output error");
            assertThat(b.read(ByteBuffer.allocate(1), 0)).isEqualTo(1);
            assertThatThrownBy(() -> b.write(text("x"), 0)).hasMessageContaining("Input/output error");
            assertThatThrownBy(() -> b.truncate(0)).hasMessageContaining("Input/output error");
            assertThatThrownBy(b::sync).hasMessageContaining("Input/output error");
            a.write(text("x"), 0);
            disk.heal();
            b.write(text("x"), 0);
            a.read(ByteBuffer.allocate(1), 0);
        }
    }

    @Test
    void theNthMutationFailsOnceAndDoesNothing() throws IOException {
        try (DiskFile file = disk.open(A, Disk.Open.CREATE)) {
            long before = disk.mutations();
            disk.failMutation(2);
            file.write(text("one"), 0);
            assertThatThrownBy(() -> file.write(text("two"), 0)).hasMessageContaining("Input/output error");
            assertThat(disk.bytes(A)).isEqualTo("one".getBytes(UTF_8));
            file.write(text("three"), 0);
            assertThat(disk.mutations() - before).isEqualTo(3);
        }
    }

    @Test
    void aBitFlipsInMemoryAndOnThePlatter() throws IOException {
        write(disk, A, "abc");
        disk.syncAll();
        disk.flipBit(A, 1, 0);

        assertThat(disk.bytes(A)).isEqualTo("acc".getBytes(UTF_8));
        disk.powerLoss();
        disk.reboot();
        assertThat(disk.bytes(A)).isEqualTo("acc".getBytes(UTF_8));
        assertThatThrownBy(() -> disk.flipBit(A, 3, 0)).isInstanceOf(IOException.class);
    }

    @Test
    void afterAnEndEverythingFailsUntilRebootAndOldHandlesForEver() throws IOException {
        DiskFile file = disk.open(A, Disk.Open.CREATE);
        disk.powerLoss();

        assertThat(disk.isDead()).isTrue();
        assertThat(disk.exists(FOLDER)).isFalse();
        assertThatThrownBy(() -> disk.list(FOLDER)).isInstanceOf(PowerLostException.class);
        assertThatThrownBy(() -> disk.open(B, Disk.Open.CREATE)).isInstanceOf(PowerLostException.class);
        assertThatThrownBy(() -> disk.lock(B)).isInstanceOf(PowerLostException.class);
        assertThatThrownBy(() -> disk.delete(A)).isInstanceOf(PowerLostException.class);
        assertThatThrownBy(() -> disk.rename(A, B)).isInstanceOf(PowerLostException.class);
        assertThatThrownBy(() -> disk.syncDirectory(FOLDER)).isInstanceOf(PowerLostException.class);
        assertThatThrownBy(() -> disk.createDirectories(B)).isInstanceOf(PowerLostException.class);
        assertThatThrownBy(() -> disk.usableBytes(B)).isInstanceOf(PowerLostException.class);
        assertThatThrownBy(() -> disk.size(A)).isInstanceOf(PowerLostException.class);
        assertThatThrownBy(() -> disk.modifiedMs(A)).isInstanceOf(PowerLostException.class);
        assertThatThrownBy(file::sync).isInstanceOf(PowerLostException.class);
        disk.reboot();
        assertThat(disk.isDead()).isFalse();
        assertThat(disk.exists(FOLDER)).isTrue();
        assertThatThrownBy(file::size).isInstanceOf(PowerLostException.class).hasMessageContaining("before");
        assertThatThrownBy(() -> file.write(text("x"), 0)).isInstanceOf(PowerLostException.class);
        file.close();
    }

    @Test
    void aForkHasWhatIsDurableAndGoesItsOwnWay() throws IOException {
        write(disk, A, "durable");
        disk.syncAll();
        write(disk, B, "not durable");
        SimDisk fork = disk.fork(2);

        assertThat(fork.files(FOLDER)).isEqualTo(List.of(A));
        write(fork, A, "changed");
        fork.syncAll();
        assertThat(disk.bytes(A)).isEqualTo("durable".getBytes(UTF_8));
        assertThat(fork.bytes(A)).isEqualTo("changed".getBytes(UTF_8));
    }

    static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    static void write(Disk disk, Path path, String text) throws IOException {
        try (DiskFile file = disk.open(path, Disk.Open.CREATE)) {
            file.write(text(text), 0);
        }
    }
}
