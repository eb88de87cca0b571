package io.kurier.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kurier.protocol.records.BatchView;
import io.kurier.protocol.records.Batches;
import io.kurier.protocol.records.NewRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/// Batches as producers send them, each with bytes of its own.
final class MadeBatches {
    private static final int CRC = 17;
    private static final int ATTRIBUTES = 21;
    private static final int PRODUCER_ID = 43;
    private static final int TRANSACTIONAL = 0x10;
    private static final int CONTROL = 0x20;

    private MadeBatches() {}

    /// A batch of `count` records, whose values tell `tag`.
    static ByteBuffer plain(long timestampMs, String tag, int count, int valueBytes) {
        List<NewRecord> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] value = (tag + "/" + i + "/" + "v".repeat(valueBytes)).getBytes(UTF_8);
            records.add(
                    new NewRecord(timestampMs + i, ByteBuffer.wrap(("k" + i).getBytes(UTF_8)), ByteBuffer.wrap(value)));
        }
        return Batches.of(records);
    }

    /// The same from an idempotent producer.
    static ByteBuffer of(ByteBuffer plain, long producerId, short epoch, int sequence) {
        plain.putLong(PRODUCER_ID, producerId).putShort(PRODUCER_ID + 8, epoch).putInt(PRODUCER_ID + 10, sequence);
        return sealed(plain);
    }

    /// The same as part of a transaction.
    static ByteBuffer transactional(ByteBuffer idempotent) {
        idempotent.putShort(ATTRIBUTES, (short) (idempotent.getShort(ATTRIBUTES) | TRANSACTIONAL));
        return sealed(idempotent);
    }

    /// A marker that ends a producer's transaction.
    static ByteBuffer marker(long timestampMs, long producerId, short epoch, boolean commit) {
        ByteBuffer key = ByteBuffer.allocate(4)
                .putShort((short) 0)
                .putShort((short) (commit ? 1 : 0))
                .flip();
        ByteBuffer value = ByteBuffer.allocate(6).putShort((short) 0).putInt(0).flip();
        ByteBuffer batch = Batches.of(List.of(new NewRecord(timestampMs, key, value)));
        batch.putShort(ATTRIBUTES, (short) (batch.getShort(ATTRIBUTES) | TRANSACTIONAL | CONTROL));
        return of(batch, producerId, epoch, BatchView.NO_SEQUENCE);
    }

    /// Several batches in one buffer.
    static ByteBuffer together(List<ByteBuffer> batches) {
        ByteBuffer all = ByteBuffer.allocate(
                batches.stream().mapToInt(ByteBuffer::remaining).sum());
        batches.forEach(batch -> all.put(batch.duplicate()));
        return all.flip();
    }

    private static ByteBuffer sealed(ByteBuffer batch) {
        CRC32C crc = new CRC32C();
        crc.update(batch.slice(ATTRIBUTES, batch.limit() - ATTRIBUTES));
        return batch.putInt(CRC, (int) crc.getValue());
    }
}
