package io.kurier.coordinator.share;

import java.nio.ByteBuffer;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.types.RawTaggedField;

/// In which order the leader of a share partition has sent what is to be stored. Kafka's WriteShareGroupState does not
/// say, so that one which is late would take back what was written since. Whoever reads the state is told a number,
/// and counts from there; a write that is not behind all others changes nothing. It is told in a tagged field (KIP-482)
/// that others skip: of the write, of the answer to the read, and of the records.
public final class WriteOrder {
    /// Of one who does not tell it.
    public static final long NONE = -1;

    /// Far from those that Kafka gives away one by one.
    private static final int TAG = 1_932;
    /// More than one reader has on its way when the next one reads.
    private static final long READER_STEP = 1 << 20;

    private WriteOrder() {}

    /// Says it, unless it is [#NONE].
    public static <M extends Message> M put(M message, long order) {
        if (order != NONE) {
            byte[] value = ByteBuffer.allocate(Long.BYTES).putLong(order).array();
            message.unknownTaggedFields().add(new RawTaggedField(TAG, value));
        }
        return message;
    }

    /// What is said; [#NONE] of one who does not.
    public static long of(Message message) {
        return message.unknownTaggedFields().stream()
                .filter(field -> field.tag() == TAG && field.size() == Long.BYTES)
                .mapToLong(field -> ByteBuffer.wrap(field.data()).getLong())
                .filter(order -> order >= 0)
                .findFirst()
                .orElse(NONE);
    }

    /// Where the next reader begins to count.
    static long afterReading(long order) {
        return order + READER_STEP;
    }
}
