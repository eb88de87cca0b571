package io.kurier.testkit;

import static io.kurier.testkit.SimDiskTest.diskWithFolder;
import static io.kurier.testkit.SimDiskTest.text;
import static io.kurier.testkit.SimDiskTest.write;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.kernel.Disk;
import io.kurier.kernel.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What a power loss keeps, may lose and must not do: each as the set of outcomes over many seeds.
class SimDiskPowerLossTest {
    private static final int SEEDS = 400;
    private static final Path FOLDER = Path.of("/data");
    private static final Path A = FOLDER.resolve("a");
    private static final Path B = FOLDER.resolve("b");
    private static final String MISSING = "(no file)";

    private interface Steps {
        void on(SimDisk disk) throws IOException;
    }

    private interface Look {
        String at(SimDisk disk) throws IOException;
    }

    /// Everything that can be seen after the steps and a power loss.
    private static Set<String> outcomes(Steps steps, Look look) throws IOException {
        Set<String> outcomes = new HashSet<>();
        for (long seed = 0; seed < SEEDS; seed++) {
            SimDisk disk = diskWithFolder(new ManualClock(), seed);
            steps.on(disk);
            disk.powerLoss();
            disk.reboot();
            outcomes.add(look.at(disk));
        }
        return outcomes;
    }

    private static String content(SimDisk disk, Path path) throws IOException {
        return disk.exists(path) ? new String(disk.bytes(path), UTF_8) : MISSING;
    }

    private static void sync(Disk disk, Path path) throws IOException {
        try (DiskFile file = disk.open(path, Disk.Open.WRITE)) {
            file.sync();
        }
    }

    @Test
    void whatWasSyncedIsKept() throws IOException {
        assertThat(outcomes(
                        disk -> {
                            write(disk, A, "synced");
                            sync(disk, A);
                            disk.syncDirectory(FOLDER);
                            disk.open(A, Disk.Open.WRITE).truncate(3);
                            sync(disk, A);
                        },
                        disk -> content(disk, A)))
                .containsExactly("syn");
    }

    @Test
    void anUnsyncedWriteIsLostKeptTornOrZeros() throws IOException {
        Set<String> outcomes = outcomes(
                disk -> {
                    write(disk, A, "synced");
                    disk.syncAll();
                    disk.open(A, Disk.Open.WRITE).write(text("abc"), 6);
                },
                disk -> content(disk, A));

        assertThat(outcomes).contains("synced", "synceda", "syncedab", "syncedabc", "synced\0\0\0", "synceda\0");
        assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome).matches("(?s)synced(a(b(c)?)?)?\0*"));
    }

    @Test
    void anUnsyncedOverwriteMayBeTorn() throws IOException {
        assertThat(outcomes(
                        disk -> {
                            write(disk, A, "aaa");
                            disk.syncAll();
                            write(disk, A, "bbb");
                        },
                        disk -> content(disk, A)))
                .containsExactlyInAnyOrder("aaa", "baa", "bba", "bbb");
    }

    @Test
    void anySectorsOfUnsyncedWritesMaySurvive() throws IOException {
        Set<String> outcomes = outcomes(
                disk -> {
                    write(disk, A, "-".repeat(1536));
                    disk.syncAll();
                    try (DiskFile file = disk.open(A, Disk.Open.WRITE)) {
                        file.write(text("x".repeat(1024)), 256);
                        file.write(text("y"), 1535);
                    }
                },
                disk -> {
                    byte[] bytes = disk.bytes(A);
                    return "" + (char) bytes[255] + (char) bytes[256] + (char) bytes[511] + (char) bytes[512]
                            + (char) bytes[1023] + (char) bytes[1024] + (char) bytes[1535];
                });

        // The first, the second or the third sector of the one write, and the other write without it.
        assertThat(outcomes).contains("-xx----", "---xx--", "-----x-", "-xx--x-", "------y", "-xxxxxy", "-------");
    }

    @Test
    void anUnsyncedTruncationIsKeptOrLostAndMayLeaveLaterWritesBehind() throws IOException {
        assertThat(outcomes(
                        disk -> {
                            write(disk, A, "abcdef");
                            disk.syncAll();
                            try (DiskFile file = disk.open(A, Disk.Open.WRITE)) {
                                file.truncate(2);
                                file.write(text("X"), 2);
                            }
                        },
                        disk -> content(disk, A)))
                .contains("abcdef", "ab", "abX", "abXdef");
    }

    @Test
    void aNewNameIsKeptOrLostUnlessItsFolderIsSynced() throws IOException {
        assertThat(outcomes(
                        disk -> {
                            write(disk, A, "x");
                            sync(disk, A);
                        },
                        disk -> content(disk, A)))
                .containsExactlyInAnyOrder("x", MISSING);
        assertThat(outcomes(
                        disk -> {
                            write(disk, A, "x");
                            disk.syncDirectory(FOLDER);
                        },
                        disk -> content(disk, A)))
                .containsExactlyInAnyOrder("x", "", "\0");
    }

    @Test
    void aFolderIsLostWithAllInItUnlessTheOneAboveIsSynced() throws IOException {
        Path inner = FOLDER.resolve("inner");
        Steps inside = disk -> {
            disk.createDirectories(inner);
            write(disk, inner.resolve("a"), "x");
            sync(disk, inner.resolve("a"));
            disk.syncDirectory(inner);
        };

        assertThat(outcomes(inside, disk -> content(disk, inner.resolve("a")))).containsExactlyInAnyOrder("x", MISSING);
        assertThat(outcomes(
                        disk -> {
                            inside.on(disk);
                            disk.syncDirectory(FOLDER);
                        },
                        disk -> content(disk, inner.resolve("a"))))
                .containsExactly("x");
    }

    @Test
    void aDeletionIsKeptOrLostUnlessItsFolderIsSynced() throws IOException {
        Steps deletion = disk -> {
            write(disk, A, "x");
            disk.syncAll();
            disk.delete(A);
        };

        assertThat(outcomes(deletion, disk -> content(disk, A))).containsExactlyInAnyOrder("x", MISSING);
        assertThat(outcomes(
                        disk -> {
                            deletion.on(disk);
                            disk.syncDirectory(FOLDER);
                        },
                        disk -> content(disk, A)))
                .containsExactly(MISSING);
    }

    @Test
    void aRenamedFileIsUnderOneOfItsNamesAndWhatItReplacedNeverHalf() throws IOException {
        Steps renaming = disk -> {
            write(disk, A, "new");
            write(disk, B, "old");
            disk.syncAll();
            disk.rename(A, B);
        };

        assertThat(outcomes(renaming, disk -> content(disk, A) + "/" + content(disk, B)))
                .containsExactlyInAnyOrder("new/old", MISSING + "/new");
        assertThat(outcomes(
                        disk -> {
                            renaming.on(disk);
                            disk.syncDirectory(FOLDER);
                        },
                        disk -> content(disk, A) + "/" + content(disk, B)))
                .containsExactly(MISSING + "/new");
    }

    @Test
    void aRenameAcrossFoldersIsNeverHalf() throws IOException {
        Path other = FOLDER.resolve("other");
        Steps renaming = disk -> {
            disk.createDirectories(other);
            disk.syncAll();
            write(disk, A, "x");
            sync(disk, A);
            disk.rename(A, other.resolve("b"));
        };

        assertThat(outcomes(renaming, disk -> content(disk, A) + "/" + content(disk, other.resolve("b"))))
                .containsExactlyInAnyOrder("x/" + MISSING, MISSING + "/x", MISSING + "/" + MISSING);
        for (Path synced : new Path[] {FOLDER, other}) {
            assertThat(outcomes(
                            disk -> {
                                renaming.on(disk);
                                disk.syncDirectory(synced);
                            },
                            disk -> content(disk, A) + "/" + content(disk, other.resolve("b"))))
                    .containsExactly(MISSING + "/x");
        }
    }

    @Test
    void aNameUsedAgainIsConsistent() throws IOException {
        assertThat(outcomes(
                        disk -> {
                            write(disk, A, "one");
                            disk.syncAll();
                            disk.delete(A);
                            write(disk, A, "two");
                            sync(disk, A);
                        },
                        disk -> content(disk, A)))
                .containsExactlyInAnyOrder("one", "two", MISSING);
    }

    @Test
    void thePowerGoesAtTheNthMutation() throws IOException {
        Set<String> outcomes = new HashSet<>();
        for (long seed = 0; seed < SEEDS; seed++) {
            SimDisk disk = diskWithFolder(new ManualClock(), seed);
            disk.crashAfterWrites(4);
            assertThatThrownBy(() -> {
                        try (DiskFile file = disk.open(A, Disk.Open.CREATE)) {
                            disk.syncDirectory(FOLDER);
                            file.write(text("ab"), 0);
                            file.sync();
                        }
                    })
                    .isInstanceOf(PowerLostException.class);
            assertThat(disk.isDead()).isTrue();
            disk.reboot();
            outcomes.add(content(disk, A));
        }
        assertThat(outcomes).containsExactlyInAnyOrder("", "a", "ab", "\0", "\0\0", "a\0");
    }

    @Test
    void aKilledProcessLosesNothingButSyncsNothing() throws IOException {
        Set<String> outcomes = new HashSet<>();
        for (long seed = 0; seed < SEEDS; seed++) {
            SimDisk disk = diskWithFolder(new ManualClock(), seed);
            DiskFile file = disk.open(A, Disk.Open.CREATE);
            disk.syncDirectory(FOLDER);
            disk.killAfterWrites(2);
            file.write(text("x"), 0);
            assertThatThrownBy(() -> file.write(text("y"), 1)).isInstanceOf(PowerLostException.class);
            disk.reboot();
            assertThat(content(disk, A)).isEqualTo("x");
            disk.powerLoss();
            disk.reboot();
            outcomes.add(content(disk, A));
        }
        assertThat(outcomes).containsExactlyInAnyOrder("", "x", "\0");
    }

    @Test
    void aFailedSyncLosesUnsyncedBytesForEverAndTheNextSyncHidesIt() throws IOException {
        Set<String> outcomes = outcomes(
                disk -> {
                    write(disk, A, "a");
                    disk.syncAll();
                    try (DiskFile file = disk.open(A, Disk.Open.WRITE)) {
                        file.write(text("b"), 1);
                        disk.failNextSync(A::equals);
                        assertThatThrownBy(file::sync).hasMessageContaining("Input/output error");
                        assertThat(content(disk, A)).isEqualTo("ab");
                        file.write(text("c"), 2);
                        file.sync();
                    }
                },
                disk -> content(disk, A));

        assertThat(outcomes).containsExactlyInAnyOrder("a\0c", "abc");
    }

    @Test
    void aFailedSyncOfAFolderMakesNothingDurable() throws IOException {
        assertThat(outcomes(
                        disk -> {
                            write(disk, A, "x");
                            sync(disk, A);
                            disk.failNextSync(FOLDER::equals);
                            assertThatThrownBy(() -> disk.syncDirectory(FOLDER)).isInstanceOf(IOException.class);
                        },
                        disk -> content(disk, A)))
                .containsExactlyInAnyOrder("x", MISSING);
    }

    @Test
    void theSameSeedLosesTheSame() throws IOException {
        for (long seed = 0; seed < 50; seed++) {
            assertThat(randomHistory(seed)).isEqualTo(randomHistory(seed));
        }
    }

    private static String randomHistory(long seed) throws IOException {
        SimDisk disk = diskWithFolder(new ManualClock(), seed);
        try (DiskFile file = disk.open(A, Disk.Open.CREATE)) {
            byte[] bytes = new byte[700];
            for (int i = 0; i < 8; i++) {
                Arrays.fill(bytes, (byte) ('a' + i));
                file.write(ByteBuffer.wrap(bytes), 300L * i);
                write(disk, FOLDER.resolve("f" + i), "x" + i);
            }
        }
        disk.powerLoss();
        disk.reboot();
        return disk.files(FOLDER) + content(disk, A);
    }
}
