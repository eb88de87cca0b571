package io.kurier.broker.share;

import org.apache.kafka.common.Uuid;

/// One partition as one share group reads it: a share partition (KIP-932).
public record ShareKey(String groupId, Uuid topicId, int partition) {
    /// As the share coordinator's key: `groupId:topicId:partition`.
    @Override
    public String toString() {
        return groupId + ":" + topicId + ":" + partition;
    }
}
