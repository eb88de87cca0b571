package io.kurier.protocol.records;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RewrittenBatchTest {
    private static final long FIRST_MS = 1_000_000;

    private static BatchView batch(CompressionType codec, TimestampType type, int baseSequence) {
        MemoryRecordsBuilder builder = MemoryRecords.builder(
                ByteBuffer.allocate(4096),
                BatchView.MAGIC,
                Compression.of(codec).build(),
                type,
                0,
                FIRST_MS + 77,
                9,
                (short) 4,
                Math.max(0, baseSequence),
                true,
                -1);
        for (int i = 0; i < 5; i++) {
            Header[] headers = {new RecordHeader("h" + i, new byte[] {(byte) i})};
            builder.append(FIRST_MS + i, bytes("key-" + i), i == 3 ? null : bytes("value-" + i), headers);
        }
        BatchView batch = new BatchView(builder.build().buffer(), 0);
        batch.place(500, 6);
        if (baseSequence < 0) {
            batch.renumber(baseSequence);
        }
        return batch;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static BitSet some(int... numbers) {
        BitSet some = new BitSet();
        for (int number : numbers) {
            some.set(number);
        }
        return some;
    }

    private static List<LogRecord> records(BatchView batch) {
        List<LogRecord> records = new ArrayList<>();
        try (RecordIterator in = RecordIterator.of(batch)) {
            in.forEachRemaining(records::add);
        }
        return records;
    }

    private static void assertSamePlace(BatchView rewritten, BatchView batch) {
        assertThat(rewritten.isWhole()).isTrue();
        assertThat(rewritten.checksumFits()).isTrue();
        assertThat(rewritten.baseOffset()).isEqualTo(500);
        assertThat(rewritten.lastOffset()).isEqualTo(504);
        assertThat(rewritten.leaderEpoch()).isEqualTo(6);
        assertThat(rewritten.producerId()).isEqualTo(9);
        assertThat(rewritten.producerEpoch()).isEqualTo((short) 4);
        assertThat(rewritten.baseSequence()).isEqualTo(batch.baseSequence());
        assertThat(rewritten.lastSequence()).isEqualTo(batch.lastSequence());
        assertThat(rewritten.isTransactional()).isTrue();
        assertThat(rewritten.isControl()).isFalse();
        assertThat(rewritten.timestampType()).isEqualTo(batch.timestampType());
    }

    @ParameterizedTest
    @EnumSource
    void someRecordsStayAsTheyAre(CompressionType codec) {
        for (long horizonMs : new long[] {RewrittenBatch.NO_HORIZON, 123, FIRST_MS * 1_000}) {
            BatchView batch = batch(codec, TimestampType.CREATE_TIME, 20);
            BatchView rewritten = new BatchView(RewrittenBatch.of(batch, some(1, 3), horizonMs), 0);
            assertSamePlace(rewritten, batch);
            assertThat(rewritten.codec()).isEqualTo(codec.id);
            assertThat(rewritten.count()).isEqualTo(2);
            assertThat(rewritten.maxTimestamp()).isEqualTo(FIRST_MS + 3);
            assertThat(rewritten.hasDeleteHorizon()).isEqualTo(horizonMs >= 0);
            assertThat(records(rewritten))
                    .isEqualTo(List.of(records(batch).get(1), records(batch).get(3)));
        }
    }

    @Test
    void theTimeOfTheAppendStays() {
        BatchView batch = batch(CompressionType.NONE, TimestampType.LOG_APPEND_TIME, 20);
        BatchView rewritten = new BatchView(RewrittenBatch.of(batch, some(0), 5), 0);
        assertSamePlace(rewritten, batch);
        assertThat(rewritten.maxTimestamp()).isEqualTo(FIRST_MS + 77);
        assertThat(records(rewritten)).isEqualTo(records(batch).subList(0, 1));
    }

    @Test
    void aCoordinatorsBatchWithoutSequencesStaysWithoutThem() {
        BatchView batch = batch(CompressionType.NONE, TimestampType.CREATE_TIME, -1);
        assertSamePlace(new BatchView(RewrittenBatch.of(batch, some(0), 5), 0), batch);
    }

    @ParameterizedTest
    @EnumSource
    void anEmptyBatchKeepsItsPlaceAndItsTime(CompressionType codec) {
        BatchView batch = batch(codec, TimestampType.CREATE_TIME, 20);
        BatchView marked = new BatchView(RewrittenBatch.of(batch, some(0, 3), 99), 0);
        BatchView empty = new BatchView(RewrittenBatch.empty(marked), 0);
        assertSamePlace(empty, batch);
        assertThat(empty.sizeInBytes()).isEqualTo(BatchView.HEADER_BYTES);
        assertThat(empty.count()).isZero();
        assertThat(empty.codec()).isZero();
        assertThat(empty.hasDeleteHorizon()).isFalse();
        assertThat(empty.maxTimestamp()).isEqualTo(FIRST_MS + 3);
        assertThat(empty.newestRecordMs()).isEqualTo(BatchView.NO_TIMESTAMP);
        assertThat(records(empty)).isEmpty();
    }
}
