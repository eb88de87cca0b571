package io.kurier.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.kernel.DiskFile;
import io.kurier.log.file.CleanMark;
import io.kurier.log.file.EpochCheckpoint;
import io.kurier.log.file.FolderNames;
import io.kurier.log.file.MetaPropertiesFile;
import io.kurier.log.file.OffsetCheckpoint;
import io.kurier.log.file.OffsetIndex;
import io.kurier.log.file.OpenFiles;
import io.kurier.log.file.PartitionMetadataFile;
import io.kurier.log.file.ProducerSnapshotFile;
import io.kurier.log.file.SegmentNames;
import io.kurier.log.file.TimeIndex;
import io.kurier.log.file.TransactionIndex;
import io.kurier.log.producer.ProducerSnapshot;
import io.kurier.testkit.ManualClock;
import io.kurier.testkit.SimDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Every file byte for byte, as Apache Kafka 4.4 writes and reads it.
class FormatsTest {
    private static final Path DIR = Path.of("/d");

    private final SimDisk disk = new SimDisk(new ManualClock(), 1);
    private final OpenFiles files = new OpenFiles(disk, 10);

    @BeforeEach
    void makeDirectory() throws IOException {
        disk.createDirectories(DIR);
    }

    private String hex(String name) throws IOException {
        return HexFormat.of().formatHex(disk.bytes(DIR.resolve(name)));
    }

    private String text(String name) throws IOException {
        return new String(disk.bytes(DIR.resolve(name)), StandardCharsets.UTF_8);
    }

    private void put(String name, byte[] bytes) throws IOException {
        try (DiskFile file = disk.open(DIR.resolve(name), io.kurier.kernel.Disk.Open.CREATE)) {
            file.truncate(0);
            file.write(ByteBuffer.wrap(bytes), 0);
        }
    }

    private void put(String name, String text) throws IOException {
        put(name, text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void offsetIndex() throws IOException {
        OffsetIndex index = new OffsetIndex(files.of(DIR.resolve("i")), 1000, 0);
        index.append(1005, 0x100);
        index.append(1010, 0x2000);
        index.spill();
        assertThat(hex("i")).isEqualTo("00000005" + "00000100" + "0000000a" + "00002000");
        assertThat(index.floor(1004, true)).isEqualTo(new OffsetIndex.Hint(1000, 0));
        assertThat(index.floor(1005, true)).isEqualTo(new OffsetIndex.Hint(1005, 0x100));
        assertThat(index.floor(9999, true)).isEqualTo(new OffsetIndex.Hint(1010, 0x2000));
        assertThat(index.floorByPosition(0x1fff, true)).isEqualTo(new OffsetIndex.Hint(1005, 0x100));
    }

    @Test
    void indexesAgreeWithASimpleListWhateverLiesInTheFileAndInTheHeap() throws IOException {
        Random random = new Random(5);
        OffsetIndex index = new OffsetIndex(files.of(DIR.resolve("i")), 0, 0);
        TimeIndex times = new TimeIndex(files.of(DIR.resolve("t")), 0, 0);
        for (int i = 1; i <= 5000; i++) {
            index.append(i * 3L, i * 100);
            times.append(i * 7L, i * 3L);
            if (i % 97 == 0) {
                for (int n = 0; n < 20; n++) {
                    int target = random.nextInt(i * 3 + 10);
                    int floor = Math.min(target / 3, i);
                    assertThat(index.floor(target, true)).isEqualTo(new OffsetIndex.Hint(floor * 3L, floor * 100));
                    int before = Math.min((target * 2 - 1) / 7, i);
                    assertThat(times.below(target * 2L).offset()).isEqualTo(target == 0 ? 0 : before * 3);
                }
            }
        }
        index.truncateToPosition(250_000);
        assertThat(index.last()).isEqualTo(new OffsetIndex.Hint(2499 * 3, 249_900));
        times.truncateToOffset(300);
        assertThat(times.last()).isEqualTo(new TimeIndex.Hint(99 * 7, 99 * 3));
        times.append(99 * 7, 300);
        assertThat(times.count())
                .as("a timestamp that is not larger adds nothing")
                .isEqualTo(99);
    }

    @Test
    void timeIndex() throws IOException {
        TimeIndex index = new TimeIndex(files.of(DIR.resolve("t")), 1000, 0);
        index.append(0x0102030405060708L, 1003);
        index.spill();
        assertThat(hex("t")).isEqualTo("0102030405060708" + "00000003");
        assertThat(index.last()).isEqualTo(new TimeIndex.Hint(0x0102030405060708L, 1003));
    }

    @Test
    void transactionIndex() throws IOException {
        TransactionIndex index = new TransactionIndex(files.of(DIR.resolve("x")), 0);
        AbortedTransaction aborted = new AbortedTransaction(1, 2, 3, 4);
        index.append(aborted);
        assertThat(hex("x"))
                .isEqualTo("0000" + "0000000000000001" + "0000000000000002" + "0000000000000003" + "0000000000000004");
        assertThat(index.all()).containsExactly(aborted);
        index.append(new AbortedTransaction(5, 6, 7, 8));
        index.truncateToOffset(7);
        assertThat(index.all()).containsExactly(aborted);
    }

    @Test
    void producerSnapshot() throws IOException {
        List<ProducerSnapshot> producers = List.of(new ProducerSnapshot(1, (short) 2, 3, 4, 5, 6, 7, -1));
        byte[] bytes = ProducerSnapshotFile.encode(producers);
        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo("0001" + "c5f361a0" + "00000001" + "0000000000000001" + "0002" + "00000003"
                        + "0000000000000004" + "00000005" + "0000000000000006" + "00000007" + "ffffffffffffffff");
        ProducerSnapshotFile.write(disk, DIR.resolve("s"), bytes);
        assertThat(ProducerSnapshotFile.read(disk, DIR.resolve("s"))).isEqualTo(producers);
        for (int i = 0; i < bytes.length; i++) {
            byte[] damaged = bytes.clone();
            damaged[i] ^= 1;
            put("s", damaged);
            assertThatThrownBy(() -> ProducerSnapshotFile.read(disk, DIR.resolve("s")))
                    .isInstanceOf(IOException.class);
            put("s", java.util.Arrays.copyOf(bytes, i));
            assertThatThrownBy(() -> ProducerSnapshotFile.read(disk, DIR.resolve("s")))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void epochCheckpoint() throws IOException {
        List<EpochCheckpoint.Entry> entries =
                List.of(new EpochCheckpoint.Entry(0, 0), new EpochCheckpoint.Entry(3, 120));
        EpochCheckpoint.write(disk, DIR.resolve("e"), entries);
        assertThat(text("e")).isEqualTo("0\n2\n0 0\n3 120\n");
        assertThat(EpochCheckpoint.read(disk, DIR.resolve("e"))).isEqualTo(entries);
        put("e", "");
        assertThat(EpochCheckpoint.read(disk, DIR.resolve("e"))).isEmpty();
        for (String bad : List.of("1\n0\n", "0\n2\n0 0\n", "0\n1\nzero 0\n", "0\n1\n0\n", "0\n2\n3 0\n1 5\n", "0")) {
            put("e", bad);
            assertThatThrownBy(() -> EpochCheckpoint.read(disk, DIR.resolve("e")))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("/d/e");
        }
    }

    @Test
    void offsetCheckpoint() throws IOException {
        OffsetCheckpoint.write(disk, DIR.resolve("c"), Map.of(new TopicPartition("a.b-c", 3), 77L));
        assertThat(text("c")).isEqualTo("0\n1\na.b-c 3 77\n");
        assertThat(OffsetCheckpoint.read(disk, DIR.resolve("c")))
                .containsExactly(Map.entry(new TopicPartition("a.b-c", 3), 77L));
        put("c", "0\n1\na b c d\n");
        assertThatThrownBy(() -> OffsetCheckpoint.read(disk, DIR.resolve("c")))
                .hasMessageContaining("topic partition offset");
    }

    @Test
    void partitionMetadata() throws IOException {
        PartitionMetadataFile.write(disk, DIR, new Uuid(1, 2));
        assertThat(text("partition.metadata")).isEqualTo("version: 0\ntopic_id: AAAAAAAAAAEAAAAAAAAAAg");
        assertThat(PartitionMetadataFile.read(disk, DIR)).contains(new Uuid(1, 2));
        put("partition.metadata", "\0\0\0");
        assertThat(PartitionMetadataFile.read(disk, DIR)).isEmpty();
        put("partition.metadata", "version: 9\ntopic_id: x");
        assertThatThrownBy(() -> PartitionMetadataFile.read(disk, DIR)).hasMessageContaining("unknown version 9");
    }

    @Test
    void metaProperties() throws IOException {
        MetaProperties meta = new MetaProperties("cluster", 5, new Uuid(1, 2));
        MetaPropertiesFile.write(disk, DIR, meta);
        assertThat(text("meta.properties"))
                .isEqualTo("version=1\ncluster.id=cluster\nnode.id=5\ndirectory.id=AAAAAAAAAAEAAAAAAAAAAg\n");
        assertThat(MetaPropertiesFile.read(disk, DIR, Uuid.ONE_UUID)).contains(meta);
        put("meta.properties", "#\n#Mon Jan 01\nnode.id=5\nversion=1\ncluster.id=cluster\n");
        assertThat(MetaPropertiesFile.read(disk, DIR, new Uuid(3, 4)))
                .contains(new MetaProperties("cluster", 5, new Uuid(3, 4)));
        put("meta.properties", "version=0\nbroker.id=1\n");
        assertThatThrownBy(() -> MetaPropertiesFile.read(disk, DIR, Uuid.ONE_UUID))
                .hasMessageContaining("version 0");
        put("meta.properties", "version=1\nnode.id=x\ncluster.id=c\n");
        assertThatThrownBy(() -> MetaPropertiesFile.read(disk, DIR, Uuid.ONE_UUID))
                .hasMessageContaining("meta.properties");
    }

    @Test
    void cleanMark() throws IOException {
        assertThat(CleanMark.consume(disk, DIR)).isEmpty();
        CleanMark.write(disk, DIR, 42);
        assertThat(text(".kafka_cleanshutdown")).isEqualTo("{\"version\":0,\"brokerEpoch\":42}");
        assertThat(CleanMark.consume(disk, DIR)).contains(42L);
        assertThat(CleanMark.consume(disk, DIR)).isEmpty();
        put(".kafka_cleanshutdown", "");
        assertThat(CleanMark.consume(disk, DIR))
                .as("Kafka before 3.7 left an empty file")
                .contains(-1L);
    }

    @Test
    void names() {
        assertThat(SegmentNames.file(DIR, 42, ".log").getFileName()).hasToString("00000000000000000042.log");
        assertThat(SegmentNames.offset(Path.of("00000000000000000042.log"), ".log"))
                .hasValue(42);
        assertThat(SegmentNames.offset(Path.of("00000000000000000042.log.deleted"), ".log"))
                .isEmpty();
        assertThat(SegmentNames.offset(Path.of("99999999999999999999.log"), ".log"))
                .isEmpty();
        assertThat(FolderNames.parse("a-b-12")).contains(new TopicPartition("a-b", 12));
        assertThat(FolderNames.parse("a-12.0123-delete")).isEmpty();
        assertThat(FolderNames.parse("-1")).isEmpty();
        assertThat(FolderNames.parse("a-99999999999")).isEmpty();
        assertThat(FolderNames.renamed(new TopicPartition("x".repeat(249), 7), "-delete", new Random(1)))
                .hasSize(255)
                .endsWith("-delete");
    }
}
