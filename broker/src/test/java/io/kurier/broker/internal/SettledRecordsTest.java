package io.kurier.broker.internal;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.protocol.records.BatchView;
import io.kurier.protocol.records.Batches;
import io.kurier.protocol.records.NewRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class SettledRecordsTest {
    private static final int CRC = 17;
    private static final int ATTRIBUTES = 21;
    private static final int PRODUCER_ID = 43;
    private static final short TRANSACTIONAL = 0x10;
    private static final short CONTROL = 0x20;

    private final List<Integer> seen = new ArrayList<>();
    private final SettledRecords settled = new SettledRecords(
            record -> seen.add(requireNonNull(record.key()).duplicate().getInt()));

    private static BatchView batch(int attributes, long producerId, ByteBuffer... keys) {
        List<NewRecord> records = new ArrayList<>();
        for (ByteBuffer key : keys) {
            records.add(new NewRecord(1, key, ByteBuffer.allocate(6)));
        }
        ByteBuffer bytes = Batches.of(records);
        bytes.putShort(ATTRIBUTES, (short) attributes);
        bytes.putLong(PRODUCER_ID, producerId);
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(ATTRIBUTES, bytes.limit() - ATTRIBUTES));
        bytes.putInt(CRC, (int) crc.getValue());
        return new BatchView(bytes, 0);
    }

    private void plain(int number) {
        settled.take(batch(0, -1, key(number)));
    }

    private void inTransaction(long producerId, int number) {
        settled.take(batch(TRANSACTIONAL, producerId, key(number)));
    }

    private void end(long producerId, boolean commit) {
        ByteBuffer marker = ByteBuffer.allocate(4)
                .putShort((short) 0)
                .putShort((short) (commit ? 1 : 0))
                .flip();
        settled.take(batch(TRANSACTIONAL | CONTROL, producerId, marker));
    }

    private static ByteBuffer key(int number) {
        return ByteBuffer.allocate(4).putInt(number).flip();
    }

    @Test
    void recordsOfTransactionsAreSeenAtTheirCommit() {
        plain(1);
        inTransaction(7, 2);
        inTransaction(8, 3);
        plain(4);
        inTransaction(7, 5);
        assertThat(seen).containsExactly(1, 4);
        end(7, true);
        assertThat(seen).containsExactly(1, 4, 2, 5);
        end(8, false);
        inTransaction(8, 6);
        plain(7);
        assertThat(seen).as("3 was aborted, 6 is unfinished").containsExactly(1, 4, 2, 5, 7);
        end(8, true);
        end(9, true);
        assertThat(seen).containsExactly(1, 4, 2, 5, 7, 6);
    }
}
