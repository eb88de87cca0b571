package io.kurier.broker.api.shares;

import io.kurier.broker.api.RequestContext;
import io.kurier.broker.api.metadata.NodeAddresses;
import io.kurier.broker.api.metadata.NodeAddresses.Address;
import io.kurier.broker.replica.PartitionException;
import io.kurier.broker.share.ShareKey;
import io.kurier.cluster.ClusterView;
import io.kurier.cluster.image.BrokerImage;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.cluster.image.TopicImage;
import io.kurier.protocol.records.Batches;
import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.kafka.common.message.ShareAcknowledgeResponseData;
import org.apache.kafka.common.message.ShareAcknowledgeResponseData.ShareAcknowledgeTopicResponse;
import org.apache.kafka.common.message.ShareFetchResponseData;
import org.apache.kafka.common.message.ShareFetchResponseData.PartitionData;
import org.apache.kafka.common.message.ShareFetchResponseData.ShareFetchableTopicResponse;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// What members of share groups are answered. Those that came to the wrong node are told who leads, and where that is
/// (KIP-951).
final class ShareAnswers {
    private final ClusterView cluster;
    private final NodeAddresses addresses;

    /// @param addresses where clients reach a node
    ShareAnswers(ClusterView cluster, NodeAddresses addresses) {
        this.cluster = cluster;
        this.addresses = addresses;
    }

    /// Who leads a partition, and where.
    private record Hint(PartitionImage partition, BrokerImage leader, Address at) {}

    /// A partition of which there is nothing to tell.
    static PartitionData empty(ShareKey key) {
        return new PartitionData()
                .setPartitionIndex(key.partition())
                .setRecords(Batches.inMemory(ByteBuffer.allocate(0)));
    }

    static ShareFetchResponseData refusedFetch(PartitionException refusal) {
        return new ShareFetchResponseData().setErrorCode(refusal.error().code()).setErrorMessage(refusal.getMessage());
    }

    static ShareAcknowledgeResponseData refusedAcknowledge(PartitionException refusal) {
        return new ShareAcknowledgeResponseData()
                .setErrorCode(refusal.error().code())
                .setErrorMessage(refusal.getMessage());
    }

    /// @param found of the partitions that were read; changed by this
    ShareFetchResponseData fetched(
            RequestContext context, Map<ShareKey, PartitionData> found, Map<ShareKey, Outcome> acknowledged) {
        acknowledged.forEach((key, outcome) -> found.computeIfAbsent(key, ShareAnswers::empty)
                .setAcknowledgeErrorCode(outcome.error().code())
                .setAcknowledgeErrorMessage(outcome.message()));
        ShareFetchResponseData answer = new ShareFetchResponseData();
        found.forEach((key, data) -> {
            ShareFetchableTopicResponse topic = answer.responses().find(key.topicId());
            if (topic == null) {
                topic = new ShareFetchableTopicResponse().setTopicId(key.topicId());
                answer.responses().add(topic);
            }
            topic.partitions().add(data);
            Hint hint = isElsewhere(data.errorCode()) || isElsewhere(data.acknowledgeErrorCode())
                    ? hint(context, key)
                    : null;
            if (hint != null) {
                data.currentLeader().setLeaderId(hint.leader.id()).setLeaderEpoch(hint.partition.leaderEpoch());
                if (answer.nodeEndpoints().find(hint.leader.id()) == null) {
                    answer.nodeEndpoints()
                            .add(new ShareFetchResponseData.NodeEndpoint()
                                    .setNodeId(hint.leader.id())
                                    .setHost(hint.at.host())
                                    .setPort(hint.at.port())
                                    .setRack(hint.leader.rack()));
                }
            }
        });
        return answer;
    }

    ShareAcknowledgeResponseData acknowledged(RequestContext context, Map<ShareKey, Outcome> outcomes) {
        ShareAcknowledgeResponseData answer = new ShareAcknowledgeResponseData();
        outcomes.forEach((key, outcome) -> {
            ShareAcknowledgeTopicResponse topic = answer.responses().find(key.topicId());
            if (topic == null) {
                topic = new ShareAcknowledgeTopicResponse().setTopicId(key.topicId());
                answer.responses().add(topic);
            }
            ShareAcknowledgeResponseData.PartitionData data = new ShareAcknowledgeResponseData.PartitionData()
                    .setPartitionIndex(key.partition())
                    .setErrorCode(outcome.error().code())
                    .setErrorMessage(outcome.message());
            topic.partitions().add(data);
            Hint hint = isElsewhere(data.errorCode()) ? hint(context, key) : null;
            if (hint != null) {
                data.currentLeader().setLeaderId(hint.leader.id()).setLeaderEpoch(hint.partition.leaderEpoch());
                if (answer.nodeEndpoints().find(hint.leader.id()) == null) {
                    answer.nodeEndpoints()
                            .add(new ShareAcknowledgeResponseData.NodeEndpoint()
                                    .setNodeId(hint.leader.id())
                                    .setHost(hint.at.host())
                                    .setPort(hint.at.port())
                                    .setRack(hint.leader.rack()));
                }
            }
        });
        return answer;
    }

    private static boolean isElsewhere(short error) {
        return error == Errors.NOT_LEADER_OR_FOLLOWER.code() || error == Errors.FENCED_LEADER_EPOCH.code();
    }

    /// Null where there is nothing to tell.
    private @Nullable Hint hint(RequestContext context, ShareKey key) {
        ClusterImage image = cluster.image();
        TopicImage topic = image.topic(key.topicId());
        PartitionImage partition = topic == null ? null : topic.partition(key.partition());
        BrokerImage leader = partition == null ? null : image.broker(partition.leader());
        Address at = leader == null ? null : addresses.of(context, leader);
        return partition == null || leader == null || at == null ? null : new Hint(partition, leader, at);
    }
}
