package io.kurier.coordinator.share;

import java.util.Optional;
import org.apache.kafka.common.Uuid;

/// One partition as one share group reads it: what state is kept for (KIP-932).
///
/// @param topicId the topic, which is another one when it is deleted and made again
public record SharePartitionKey(String groupId, Uuid topicId, int partition) {
    /// How FindCoordinator names it: `group:topicId:partition`.
    public String text() {
        return groupId + ':' + topicId + ':' + partition;
    }

    /// The one of this name; empty if it is none. A group's id may have colons of its own.
    public static Optional<SharePartitionKey> parse(String text) {
        int second = text.lastIndexOf(':');
        int first = text.lastIndexOf(':', second - 1);
        if (first <= 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(new SharePartitionKey(
                    text.substring(0, first),
                    Uuid.fromString(text.substring(first + 1, second)),
                    Integer.parseUnsignedInt(text.substring(second + 1))));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
