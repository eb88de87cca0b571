package io.kurier.coordinator.share;

import java.nio.ByteBuffer;
import org.apache.kafka.common.message.DeleteShareGroupStateRequestData.PartitionData;
import org.apache.kafka.common.protocol.types.RawTaggedField;

/// Up to which state epoch a DeleteShareGroupState means the state. Kafka's request does not say, so that one which is
/// late would end a state that has begun again since; it is told in a tagged field (KIP-482) that others skip.
public final class EndingEpoch {
    /// Far from those that Kafka gives away one by one.
    private static final int TAG = 1_932;

    private EndingEpoch() {}

    /// Says it.
    ///
    /// @param stateEpoch states of later epochs stay
    /// @return the same request
    public static PartitionData put(PartitionData request, int stateEpoch) {
        byte[] value = ByteBuffer.allocate(Integer.BYTES).putInt(stateEpoch).array();
        request.unknownTaggedFields().add(new RawTaggedField(TAG, value));
        return request;
    }

    /// What is said; `Integer.MAX_VALUE` of one who does not say it, and means any.
    static int of(PartitionData request) {
        return request.unknownTaggedFields().stream()
                .filter(field -> field.tag() == TAG && field.size() == Integer.BYTES)
                .map(field -> ByteBuffer.wrap(field.data()).getInt())
                .findFirst()
                .orElse(Integer.MAX_VALUE);
    }
}
