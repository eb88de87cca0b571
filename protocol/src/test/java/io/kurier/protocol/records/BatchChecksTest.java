package io.kurier.protocol.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Batches as the Java client writes them, seen through our view and checks, and broken ones.
class BatchChecksTest {
    private static final int MAX_BYTES = 1 << 20;
    private static final int MAGIC_AT = 16;
    private static final int ATTRIBUTES_AT = 21;
    private static final int LAST_OFFSET_DELTA_AT = 23;
    private static final int COUNT_AT = 57;

    private static ByteBuffer batch(CompressionType type) {
        return MemoryRecords.withIdempotentRecords(
                        Compression.of(type).build(),
                        77L,
                        (short) 3,
                        11,
                        new SimpleRecord(
                                1_000, "a".getBytes(StandardCharsets.UTF_8), "first".getBytes(StandardCharsets.UTF_8)),
                        new SimpleRecord(3_000, null, "second".getBytes(StandardCharsets.UTF_8)),
                        new SimpleRecord(2_000, "c".getBytes(StandardCharsets.UTF_8), null))
                .buffer();
    }

    @ParameterizedTest
    @EnumSource(CompressionType.class)
    void aProducersBatchPassesAndIsReadAsItIs(CompressionType type) throws Exception {
        BatchView view = BatchChecks.produced(batch(type), 0, MAX_BYTES);

        assertThat(view.codec()).isEqualTo(type.id);
        assertThat(view.count()).isEqualTo(3);
        assertThat(view.lastOffsetDelta()).isEqualTo(2);
        assertThat(view.baseTimestamp()).isEqualTo(1_000);
        assertThat(view.maxTimestamp()).isEqualTo(3_000);
        assertThat(view.producerId()).isEqualTo(77);
        assertThat(view.producerEpoch()).isEqualTo((short) 3);
        assertThat(view.baseSequence()).isEqualTo(11);
        assertThat(view.lastSequence()).isEqualTo(13);
        assertThat(view.timestampType()).isEqualTo(TimestampType.CREATE_TIME);
        assertThat(texts(view)).containsExactly("0@1000 a=first", "1@3000 null=second", "2@2000 c=null");
    }

    private static List<String> texts(BatchView view) {
        List<String> texts = new ArrayList<>();
        try (RecordIterator records = RecordIterator.of(view)) {
            records.forEachRemaining(record -> texts.add(record.offset() + "@" + record.timestampMs() + " "
                    + text(record.key()) + "=" + text(record.value())));
        }
        return texts;
    }

    private static String text(@Nullable ByteBuffer bytes) {
        return bytes == null ? "null" : StandardCharsets.UTF_8.decode(bytes).toString();
    }

    @Test
    void placingKeepsTheChecksumAndMovesTheOffsets() {
        BatchView view = new BatchView(batch(CompressionType.LZ4), 0);
        view.place(5_000_000_000L, 9);

        assertThat(view.checksumFits()).isTrue();
        MutableRecordBatch theirs =
                MemoryRecords.readableRecords(view.bytes()).batches().iterator().next();
        theirs.ensureValid();
        assertThat(theirs.baseOffset()).isEqualTo(5_000_000_000L);
        assertThat(theirs.lastOffset()).isEqualTo(5_000_000_002L);
        assertThat(theirs.partitionLeaderEpoch()).isEqualTo(9);
    }

    @Test
    void stampingWithAppendTimeRenewsTheChecksum() {
        BatchView view = new BatchView(batch(CompressionType.GZIP), 0);
        view.stampAppendTime(99_000);

        MutableRecordBatch theirs =
                MemoryRecords.readableRecords(view.bytes()).batches().iterator().next();
        theirs.ensureValid();
        assertThat(theirs.timestampType()).isEqualTo(TimestampType.LOG_APPEND_TIME);
        assertThat(theirs.maxTimestamp()).isEqualTo(99_000);
        assertThat(theirs.iterator().next().timestamp()).isEqualTo(99_000);
    }

    @Test
    void everyFlippedBitBehindTheLeaderEpochIsFound() {
        ByteBuffer good = batch(CompressionType.NONE);
        for (int at = MAGIC_AT; at < good.limit(); at++) {
            for (int bit = 0; bit < 8; bit++) {
                ByteBuffer bad =
                        ByteBuffer.allocate(good.limit()).put(good.duplicate()).flip();
                bad.put(at, (byte) (bad.get(at) ^ (1 << bit)));
                assertThatThrownBy(() -> BatchChecks.produced(bad, 0, MAX_BYTES))
                        .describedAs("bit %d of byte %d", bit, at)
                        .isInstanceOf(InvalidBatchException.class);
            }
        }
    }

    @Test
    void everyCutIsFound() {
        ByteBuffer good = batch(CompressionType.NONE);
        for (int length = 0; length < good.limit(); length++) {
            ByteBuffer cut = good.slice(0, length);
            assertThatThrownBy(() -> BatchChecks.produced(cut, 0, MAX_BYTES))
                    .describedAs("cut to %d bytes", length)
                    .isInstanceOf(InvalidBatchException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(bytes = {0, 1})
    void oldFormatsAreRefusedByName(byte magic) {
        ByteBuffer old = batch(CompressionType.NONE);
        old.put(MAGIC_AT, magic);
        refused(old, Errors.UNSUPPORTED_FOR_MESSAGE_FORMAT);
    }

    @ParameterizedTest
    @ValueSource(shorts = {1, 3, 4})
    void recordsThatDoNotBeginAsTheirCodecDoesAreRefused(short codec) {
        refused(changed(ATTRIBUTES_AT, codec), Errors.INVALID_RECORD);
    }

    @Test
    void whatAProducerMayNotSendIsRefused() {
        refused(changed(ATTRIBUTES_AT, (short) 5), Errors.INVALID_RECORD);
        refused(changed(ATTRIBUTES_AT, (short) 0x20), Errors.INVALID_RECORD);
        refused(changed(ATTRIBUTES_AT, (short) 0x40), Errors.INVALID_RECORD);
        refused(changedInt(COUNT_AT, 0), Errors.INVALID_RECORD);
        refused(changedInt(COUNT_AT, 4), Errors.INVALID_RECORD);
        refused(changedInt(LAST_OFFSET_DELTA_AT, 1_000_000), Errors.INVALID_RECORD);
    }

    @Test
    void tooLargeIsRefused() {
        ByteBuffer good = batch(CompressionType.NONE);
        assertThatThrownBy(() -> BatchChecks.produced(good, 0, good.limit() - 1))
                .isInstanceOfSatisfying(
                        InvalidBatchException.class, e -> assertThat(e.error()).isEqualTo(Errors.MESSAGE_TOO_LARGE));
    }

    @Test
    void aCompactedTopicNeedsKeys() {
        BatchView view = new BatchView(batch(CompressionType.ZSTD), 0);
        assertThatThrownBy(() -> BatchChecks.everyRecordHasKey(view)).isInstanceOf(InvalidBatchException.class);
    }

    @Test
    void brokenCompressionIsAnErrorNotACrash() throws Exception {
        ByteBuffer bytes = batch(CompressionType.ZSTD);
        for (int i = BatchView.HEADER_BYTES; i < bytes.limit(); i++) {
            bytes.put(i, (byte) 0x5a);
        }
        BatchView view = new BatchView(bytes, 0);
        assertThatThrownBy(() -> texts(view)).isInstanceOf(CorruptBatchException.class);
    }

    @Test
    void theNodesOwnBatchesAreReadByTheJavaClient() {
        ByteBuffer key = ByteBuffer.wrap(new byte[] {1, 2});
        ByteBuffer ours = Batches.of(List.of(new NewRecord(5, key, null), new NewRecord(6, null, key)));

        MutableRecordBatch theirs =
                MemoryRecords.readableRecords(ours).batches().iterator().next();
        theirs.ensureValid();
        assertThat(theirs.countOrNull()).isEqualTo(2);
        assertThat(texts(new BatchView(ours, 0))).containsExactly("0@5 \u0001\u0002=null", "1@6 null=\u0001\u0002");
        assertThat(key.remaining()).isEqualTo(2);
    }

    private static ByteBuffer changed(int at, short value) {
        ByteBuffer bytes = batch(CompressionType.NONE);
        bytes.putShort(at, value);
        return withChecksum(bytes);
    }

    private static ByteBuffer changedInt(int at, int value) {
        ByteBuffer bytes = batch(CompressionType.NONE);
        bytes.putInt(at, value);
        return withChecksum(bytes);
    }

    private static ByteBuffer withChecksum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(ATTRIBUTES_AT, bytes.limit() - ATTRIBUTES_AT));
        bytes.putInt(17, (int) crc.getValue());
        return bytes;
    }

    private static void refused(ByteBuffer bytes, Errors error) {
        assertThatThrownBy(() -> BatchChecks.produced(bytes, 0, MAX_BYTES))
                .isInstanceOfSatisfying(
                        InvalidBatchException.class, e -> assertThat(e.error()).isEqualTo(error));
    }

    @ParameterizedTest
    @EnumSource(value = CompressionType.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void aRecordThatUnpacksToMuchIsRefusedWithoutMakingRoomForIt(CompressionType type) {
        SimpleRecord large = new SimpleRecord(1, new byte[1], new byte[200 << 20]);
        ByteBuffer bomb =
                MemoryRecords.withRecords(Compression.of(type).build(), large).buffer();
        assertThat(allocatedByRefusing(new BatchView(bomb, 0))).isLessThan(80_000_000);
    }

    @Test
    void aSnappyBlockThatClaimsMoreThanThereIsGetsNoRoom() {
        ByteBuffer batch = batch(CompressionType.SNAPPY);
        batch.putInt(BatchView.HEADER_BYTES + 16, 400_000_000);
        assertThat(allocatedByRefusing(new BatchView(batch, 0))).isLessThan(80_000_000);
    }

    private static long allocatedByRefusing(BatchView batch) {
        var threads = (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThatThrownBy(() -> BatchChecks.everyRecordHasKey(batch)).isInstanceOf(InvalidBatchException.class);
        return threads.getCurrentThreadAllocatedBytes() - before;
    }
}
