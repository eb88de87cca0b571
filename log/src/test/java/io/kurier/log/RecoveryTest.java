package io.kurier.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.kernel.Disk;
import io.kurier.kernel.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecoveryTest {
    private static final String FIRST = "00000000000000000000.log";

    private final LogWorld world = new LogWorld();

    private void cut(String name, long size) throws IOException {
        try (DiskFile file = world.disk.open(world.file(name), Disk.Open.WRITE)) {
            file.truncate(size);
        }
    }

    private void write(String name, long position, byte[] bytes) throws IOException {
        try (DiskFile file = world.disk.open(world.file(name), Disk.Open.CREATE)) {
            file.write(ByteBuffer.wrap(bytes), position);
        }
    }

    private void replace(String name, String text) throws IOException {
        try (DiskFile file = world.disk.open(world.file(name), Disk.Open.CREATE)) {
            file.truncate(0);
            file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
        }
    }

    @Test
    void theTailCutAtEveryByteEndsAtTheLastWholeBatch() throws IOException {
        world.append("a", "b");
        int whole = (int) world.log.sizeBytes();
        world.append("c", "d", "e");
        int end = (int) world.log.sizeBytes();
        world.disk.killProcess();
        world.disk.reboot();
        byte[] bytes = world.disk.bytes(world.file(FIRST));
        for (int size = whole; size <= end; size++) {
            replace(FIRST, "");
            write(FIRST, 0, java.util.Arrays.copyOf(bytes, size));
            world.startAgain(1);
            assertThat(world.values(0)).isEqualTo(size < end ? List.of("a", "b") : List.of("a", "b", "c", "d", "e"));
            assertThat(world.log.sizeBytes()).isEqualTo(size < end ? whole : end);
            assertThat(world.append("next").baseOffset()).isEqualTo(size < end ? 2 : 5);
            world.disk.killProcess();
            world.disk.reboot();
        }
    }

    @Test
    void everyFlippedBitOfTheTailIsSeen() throws IOException {
        world.append("a");
        int whole = (int) world.log.sizeBytes();
        world.append("b");
        int end = (int) world.log.sizeBytes();
        world.disk.killProcess();
        world.disk.reboot();
        byte[] bytes = world.disk.bytes(world.file(FIRST));
        for (int at = whole; at < end; at++) {
            byte[] damaged = bytes.clone();
            damaged[at] ^= 0x10;
            replace(FIRST, "");
            write(FIRST, 0, damaged);
            world.startAgain(1);
            if (at < whole + 8 || at >= whole + 12 && at < whole + 16) {
                // Base offset and leader epoch are outside of the checksum: an offset that goes back is seen.
                assertThat(world.values(0)).startsWith("a");
            } else {
                assertThat(world.values(0)).as("byte %s", at - whole).containsExactly("a");
            }
            world.disk.killProcess();
            world.disk.reboot();
        }
    }

    @Test
    void segmentsBehindABadBatchGo() throws IOException {
        world.with(LogConfig.defaults().withSegmentBytes(400));
        for (int i = 0; i < 40; i++) {
            world.append("value-" + i);
        }
        world.disk.killProcess();
        world.disk.reboot();
        String second = world.disk.files(LogWorld.FOLDER).stream()
                .map(file -> file.getFileName().toString())
                .filter(name -> name.endsWith(".log"))
                .toList()
                .get(1);
        world.disk.flipBit(world.file(second), 70, 3);
        world.startAgain(1);
        long base = Long.parseLong(second.substring(0, 20));
        assertThat(world.log.logEndOffset()).isEqualTo(base);
        assertThat(world.values(0)).hasSize((int) base);
        assertThat(world.disk.files(LogWorld.FOLDER).stream()
                        .filter(file -> file.toString().endsWith(".log"))
                        .count())
                .isEqualTo(2);
    }

    enum Damage {
        DELETED,
        EMPTY,
        ZEROS,
        GARBAGE,
        CUT,
        LONGER
    }

    private void damage(String name, Damage how) throws IOException {
        long size = world.disk.size(world.file(name));
        switch (how) {
            case DELETED -> world.disk.delete(world.file(name));
            case EMPTY -> cut(name, 0);
            case ZEROS -> write(name, 0, new byte[(int) size]);
            case GARBAGE -> {
                byte[] bytes = new byte[(int) size];
                new java.util.Random(1).nextBytes(bytes);
                write(name, 0, bytes);
            }
            case CUT -> cut(name, size / 2 + 1);
            case LONGER -> write(name, size, new byte[1000]);
        }
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void noIndexIsTrusted(Damage how) throws IOException {
        LogConfig.Segments segments = new LogConfig.Segments(3000, 1 << 30, 0, 1 << 20, 100);
        world.with(LogConfig.defaults().with(segments));
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add("value-" + i);
            world.append(TestBatch.of("value-" + i).at(1000 + i));
        }
        for (boolean clean : new boolean[] {true, false}) {
            for (String kind : List.of(".index", ".timeindex")) {
                if (clean) {
                    world.directory.close();
                } else {
                    world.disk.killProcess();
                    world.disk.reboot();
                }
                for (var file : world.disk.files(LogWorld.FOLDER)) {
                    if (file.toString().endsWith(kind)) {
                        damage(file.getFileName().toString(), how);
                    }
                }
                world.startAgain(1);
                for (int from = 0; from < 100; from += 9) {
                    assertThat(world.values(from)).isEqualTo(all.subList(from, 100));
                    assertThat(world.log.offsetForTimestamp(1000 + from, 100))
                            .contains(new TimestampOffset(1000 + from, from, 0));
                }
                assertThat(world.log.maxTimestamp(100)).contains(new TimestampOffset(1099, 99, 0));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void aDamagedSnapshotIsMadeUpForByTheLog(Damage how) throws IOException {
        for (int i = 0; i < 10; i++) {
            world.append(TestBatch.of("v" + i).by(9, 0, i));
        }
        world.directory.close();
        damage("00000000000000000010.snapshot", how);
        world.startAgain(1);
        assertThat(world.append(TestBatch.of("v9").by(9, 0, 9))).isEqualTo(new Appended(9, 9, -1, true, 0));
        assertThat(world.append(TestBatch.of("v10").by(9, 0, 10)).baseOffset()).isEqualTo(10);
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void damagedLeaderEpochsAreTakenFromTheBatches(Damage how) throws Exception {
        world.log.append(TestBatch.of("a").build(), 3, Origin.CLIENT);
        world.log.append(TestBatch.of("b").build(), 5, Origin.CLIENT);
        world.directory.close();
        damage("leader-epoch-checkpoint", how);
        world.startAgain(1);
        assertThat(world.log.latestEpoch()).isEqualTo(5);
        assertThat(world.log.endOfEpoch(4)).isEqualTo(new EpochEnd(3, 1));
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void damagedPartitionMetadataIsWrittenAgain(Damage how) throws IOException {
        world.append("a");
        world.directory.close();
        damage("partition.metadata", how == Damage.CUT ? Damage.EMPTY : how);
        world.startAgain(1);
        assertThat(world.values(0)).containsExactly("a");
        assertThat(new String(world.disk.bytes(world.file("partition.metadata")), StandardCharsets.UTF_8))
                .contains(LogWorld.ID.toString());
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void damagedCheckpointsOnlyMakeRecoveryLonger(Damage how) throws IOException {
        world.append("a", "b", "c");
        world.settle();
        world.directory.checkpoint();
        world.append("d");
        world.disk.killProcess();
        world.disk.reboot();
        for (String name : List.of(
                "recovery-point-offset-checkpoint", "log-start-offset-checkpoint", "replication-offset-checkpoint")) {
            damage("../" + name, how);
        }
        world.startAgain(1);
        assertThat(world.values(0)).containsExactly("a", "b", "c", "d");
    }

    @Test
    void afterACleanStopNothingIsScannedAndSequencesGoOn() {
        world.append(TestBatch.of("a").by(7, 0, 0));
        world.stopAndStart();
        assertThat(world.directory.wasCleanlyClosed()).isTrue();
        assertThat(world.append(TestBatch.of("b").by(7, 0, 1)).baseOffset()).isEqualTo(1);
        world.killAndStart();
        assertThat(world.directory.wasCleanlyClosed())
                .as("the mark was consumed")
                .isFalse();
        assertThat(world.values(0)).containsExactly("a", "b");
    }

    @Test
    void allFiveBatchesInFlightAreRecognisedAfterACleanStop() {
        for (int i = 0; i < 9; i++) {
            world.append(TestBatch.of("v" + i).by(7, 0, i));
        }
        world.stopAndStart();
        for (int i = 4; i < 9; i++) {
            assertThat(world.append(TestBatch.of("v" + i).by(7, 0, i))).isEqualTo(new Appended(i, i, -1, true, 0));
        }
    }

    @Test
    void damageBelowTheRecoveryPointIsKeptAsideAndNoOffsetIsGivenTwice() throws IOException {
        world.append("a");
        int whole = (int) world.log.sizeBytes();
        world.append("b");
        world.stopAndStart();
        world.directory.close();
        world.disk.flipBit(world.file(FIRST), whole + 16, 1);
        world.disk.delete(LogWorld.DATA.resolve(".kafka_cleanshutdown"));
        world.startAgain(1);
        assertThat(world.append("c").baseOffset()).isEqualTo(2);
        assertThat(world.values(0)).containsExactly("a", "c");
        assertThat(world.disk.exists(world.file(FIRST + "." + whole + ".damaged")))
                .isTrue();
        world.killAndStart();
        assertThat(world.values(0)).containsExactly("a", "c");
    }

    @Test
    void whatAProcessWroteBeforeItWasKilledIsDurableAfterRecovery() throws IOException {
        world.append("a");
        world.killAndStart();
        world.log.recover();
        assertThat(world.log.durableEndOffset()).isEqualTo(1);
        world.losePowerAndStart();
        assertThat(world.values(0)).containsExactly("a");
    }

    @Test
    void rubbishOfAnEarlierRunIsSweptAway() throws IOException {
        world.append("a");
        world.directory.close();
        for (String name : List.of(
                "00000000000000000000.log.deleted",
                "00000000000000000000.index.cleaned",
                "leader-epoch-checkpoint.tmp",
                "00000000000000000077.index")) {
            replace(name, "x");
        }
        replace("something.else", "y");
        world.startAgain(1);
        assertThat(world.values(0)).containsExactly("a");
        assertThat(world.disk.files(LogWorld.FOLDER))
                .extracting(file -> file.getFileName().toString())
                .contains("something.else")
                .noneMatch(name -> name.matches(".*(deleted|cleaned|tmp)|.*77.index"));
    }
}
