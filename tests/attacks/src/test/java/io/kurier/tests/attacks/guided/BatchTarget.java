package io.kurier.tests.attacks.guided;

import io.kurier.log.producer.EndMarker;
import io.kurier.protocol.records.BatchChecks;
import io.kurier.protocol.records.BatchView;
import io.kurier.protocol.records.CorruptBatchException;
import io.kurier.protocol.records.InvalidBatchException;
import io.kurier.protocol.records.RecordIterator;
import io.kurier.tests.attacks.RandomBatches;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;

/// A batch: it is stored or refused by name; its records are read or corrupt. The first byte says whether its length,
/// its format version and its checksum are made right first, so that what lies behind them is reached.
final class BatchTarget implements Target {
    private static final int LENGTH = 8;
    private static final int MAGIC = 16;
    private static final int CRC = 17;
    private static final int ATTRIBUTES = 21;
    private static final int MAX_BATCH_BYTES = 1 << 20;
    /// A record of 32 MiB, twice, as its buffer and its value; and the room that codecs make.
    private static final long ALLOWED_BYTES = 96L << 20;
    private static final long ALLOWED_PER_BYTE = 1 << 16;

    @Override
    public void accept(byte[] input) throws Exception {
        if (input.length == 0) {
            return;
        }
        byte[] bytes = Arrays.copyOfRange(input, 1, input.length);
        if ((input[0] & 1) == 0 && bytes.length >= BatchView.HEADER_BYTES) {
            seal(bytes);
        }
        Allocation.bounded(ALLOWED_BYTES + ALLOWED_PER_BYTE * bytes.length, () -> checkAndRead(bytes));
    }

    private static void checkAndRead(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        try {
            BatchChecks.everyRecordHasKey(BatchChecks.produced(buffer, 0, MAX_BATCH_BYTES));
        } catch (InvalidBatchException e) {
            // refused by name
        }
        BatchView batch = new BatchView(buffer, 0);
        if (batch.isWhole()) {
            readAll(batch);
        }
    }

    private static void readAll(BatchView batch) {
        try (RecordIterator records = RecordIterator.of(batch)) {
            while (records.hasNext()) {
                records.next();
            }
        } catch (CorruptBatchException e) {
            // said so
        }
        try {
            EndMarker.of(batch);
        } catch (CorruptBatchException e) {
            // said so
        }
    }

    static void seal(byte[] batch) {
        ByteBuffer.wrap(batch)
                .putInt(LENGTH, batch.length - BatchView.PREFIX_BYTES)
                .put(MAGIC, BatchView.MAGIC);
        var crc = new CRC32C();
        crc.update(batch, ATTRIBUTES, batch.length - ATTRIBUTES);
        ByteBuffer.wrap(batch).putInt(CRC, (int) crc.getValue());
    }

    @Override
    public List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        Random random = new Random(1);
        for (int i = 0; i < 60; i++) {
            byte[] batch = RandomBatches.some(random);
            seeds.add(ByteBuffer.allocate(1 + batch.length)
                    .put((byte) (i & 1))
                    .put(batch)
                    .array());
        }
        return seeds;
    }
}
