package io.kurier.broker.api.shares;

import io.kurier.broker.replica.PartitionException;
import io.kurier.broker.share.ShareKey;
import io.kurier.broker.share.machine.Acknowledgement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ShareAcknowledgeRequestData;
import org.apache.kafka.common.message.ShareFetchRequestData;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// What members of share groups ask for, out of their messages.
final class ShareRequests {
    private static final int MOST_CHARS = 255;

    private ShareRequests() {}

    /// @throws PartitionException INVALID_REQUEST if one is missing, or longer than any that a coordinator gives
    static void checkNames(@Nullable String groupId, @Nullable String memberId) {
        if (groupId == null || groupId.isEmpty() || memberId == null || memberId.isEmpty()) {
            throw new PartitionException(
                    Errors.INVALID_REQUEST, "A member of a share group gives its group and its id");
        }
        if (memberId.length() > MOST_CHARS || groupId.length() > MOST_CHARS) {
            throw new PartitionException(
                    Errors.INVALID_REQUEST,
                    "Ids of share groups and of their members have at most " + MOST_CHARS + " characters here");
        }
    }

    /// The partitions that a request names, in order.
    static List<ShareKey> named(String groupId, ShareFetchRequestData request) {
        List<ShareKey> keys = new ArrayList<>();
        for (var topic : request.topics()) {
            for (var partition : topic.partitions()) {
                keys.add(new ShareKey(groupId, topic.topicId(), partition.partitionIndex()));
            }
        }
        return keys;
    }

    /// Those that the member does not read any more.
    static List<ShareKey> forgotten(String groupId, ShareFetchRequestData request) {
        List<ShareKey> keys = new ArrayList<>();
        for (var topic : request.forgottenTopicsData()) {
            for (int partition : topic.partitions()) {
                keys.add(new ShareKey(groupId, topic.topicId(), partition));
            }
        }
        return keys;
    }

    /// What a request says of records, by partition; only those of which it says something.
    static Map<ShareKey, List<Acknowledgement>> acknowledgements(String groupId, ShareFetchRequestData request) {
        Map<ShareKey, List<Acknowledgement>> said = new LinkedHashMap<>();
        for (var topic : request.topics()) {
            for (var partition : topic.partitions()) {
                for (var batch : partition.acknowledgementBatches()) {
                    add(said, groupId, topic.topicId(), partition.partitionIndex())
                            .add(new Acknowledgement(
                                    batch.firstOffset(), batch.lastOffset(), batch.acknowledgeTypes()));
                }
            }
        }
        return said;
    }

    /// The same; all partitions that the request names.
    static Map<ShareKey, List<Acknowledgement>> acknowledgements(String groupId, ShareAcknowledgeRequestData request) {
        Map<ShareKey, List<Acknowledgement>> said = new LinkedHashMap<>();
        for (var topic : request.topics()) {
            for (var partition : topic.partitions()) {
                List<Acknowledgement> batches = add(said, groupId, topic.topicId(), partition.partitionIndex());
                for (var batch : partition.acknowledgementBatches()) {
                    batches.add(new Acknowledgement(batch.firstOffset(), batch.lastOffset(), batch.acknowledgeTypes()));
                }
            }
        }
        return said;
    }

    private static List<Acknowledgement> add(
            Map<ShareKey, List<Acknowledgement>> said, String groupId, Uuid topicId, int partition) {
        return said.computeIfAbsent(new ShareKey(groupId, topicId, partition), _ -> new ArrayList<>());
    }
}
