package io.kurier.tests.attacks;

import io.kurier.protocol.records.BatchView;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.zip.CRC32C;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/// Record batches, right and wrong ones: each codec, then fields set to extreme values, bits flipped or the end cut
/// off, and for most of them the checksum made right again, so that they get past it.
public final class RandomBatches {
    private static final int CRC_AT = 17;
    private static final int ATTRIBUTES_AT = 21;
    private static final int[] FIELDS = {0, 8, 12, 16, 21, 23, 27, 35, 43, 51, 53, 57, 61, 62, 65};

    private RandomBatches() {}

    /// None, one or two of them.
    public static byte[] some(Random random) {
        int batches = random.nextInt(20) == 0 ? 0 : 1 + random.nextInt(20) / 19;
        byte[] all = new byte[0];
        for (int i = 0; i < batches; i++) {
            byte[] one = one(random);
            byte[] both = new byte[all.length + one.length];
            System.arraycopy(all, 0, both, 0, all.length);
            System.arraycopy(one, 0, both, all.length, one.length);
            all = both;
        }
        return all;
    }

    private static byte[] one(Random random) {
        var records = new SimpleRecord[1 + random.nextInt(4)];
        for (int i = 0; i < records.length; i++) {
            byte[] value = new byte[random.nextInt(100)];
            random.nextBytes(value);
            records[i] = new SimpleRecord(random.nextInt() >>> 1, random.nextBoolean() ? null : value, value);
        }
        var codec = Compression.of(CompressionType.values()[random.nextInt(5)]).build();
        ByteBuffer made = MemoryRecords.withRecords(codec, records).buffer();
        byte[] bytes = new byte[made.remaining()];
        made.get(bytes);
        if (random.nextInt(3) != 0) {
            damage(bytes, random);
        }
        return bytes;
    }

    private static void damage(byte[] bytes, Random random) {
        ByteBuffer batch = ByteBuffer.wrap(bytes);
        for (int times = 1 + random.nextInt(3); times > 0; times--) {
            if (random.nextBoolean()) {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            } else {
                int at = FIELDS[random.nextInt(FIELDS.length)];
                if (at + 4 <= bytes.length) {
                    batch.putInt(at, random.nextBoolean() ? random.nextInt() : random.nextInt(8) - 4);
                }
            }
        }
        if (random.nextInt(4) != 0 && bytes.length > BatchView.HEADER_BYTES) {
            var crc = new CRC32C();
            crc.update(bytes, ATTRIBUTES_AT, bytes.length - ATTRIBUTES_AT);
            batch.putInt(CRC_AT, (int) crc.getValue());
        }
    }
}
