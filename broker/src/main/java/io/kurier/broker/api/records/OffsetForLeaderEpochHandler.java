package io.kurier.broker.api.records;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.broker.replica.Partition;
import io.kurier.broker.replica.PartitionException;
import io.kurier.broker.replica.Partitions;
import io.kurier.log.EpochEnd;
import io.kurier.log.LogException;
import io.kurier.log.PartitionLog;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderPartition;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderTopic;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData.EpochEndOffset;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData.OffsetForLeaderTopicResult;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/// OffsetForLeaderEpoch (KIP-101, KIP-320): where a leader's epoch ended, so that a client sees that records were cut
/// off.
///
/// A node (and no consumer) is told so of a partition that nobody leads as well: by each replica of its own log, which
/// tells who has the longest one.
public final class OffsetForLeaderEpochHandler implements ApiHandler<OffsetForLeaderEpochRequestData> {
    private final Partitions partitions;

    public OffsetForLeaderEpochHandler(Partitions partitions) {
        this.partitions = partitions;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.OFFSET_FOR_LEADER_EPOCH;
    }

    @Override
    public CompletableFuture<OffsetForLeaderEpochResponseData> handle(
            RequestContext context, OffsetForLeaderEpochRequestData request) {
        OffsetForLeaderEpochResponseData answer = new OffsetForLeaderEpochResponseData();
        for (OffsetForLeaderTopic topic : request.topics()) {
            OffsetForLeaderTopicResult result = new OffsetForLeaderTopicResult().setTopic(topic.topic());
            for (OffsetForLeaderPartition partition : topic.partitions()) {
                result.partitions().add(find(request.replicaId() >= 0, topic.topic(), partition));
            }
            answer.topics().add(result);
        }
        return CompletableFuture.completedFuture(answer);
    }

    private EpochEndOffset find(boolean node, String topic, OffsetForLeaderPartition asked) {
        EpochEndOffset answer = new EpochEndOffset().setPartition(asked.partition());
        TopicPartition name = new TopicPartition(topic, asked.partition());
        try {
            EpochEnd end = node ? endForNode(name, asked) : endOfLeader(name, asked);
            return answer.setLeaderEpoch(end.leaderEpoch()).setEndOffset(end.endOffset());
        } catch (PartitionException e) {
            return answer.setErrorCode(e.error().code());
        } catch (LogException e) {
            return answer.setErrorCode(e.error().code());
        } catch (IOException e) {
            return answer.setErrorCode(Errors.KAFKA_STORAGE_ERROR.code());
        }
    }

    private EpochEnd endOfLeader(TopicPartition name, OffsetForLeaderPartition asked) {
        Partition partition = partitions.find(name);
        partition.checkOpen();
        partition.checkLeaderEpoch(asked.currentLeaderEpoch());
        return partition.log().endOfEpoch(asked.leaderEpoch());
    }

    private EpochEnd endForNode(TopicPartition name, OffsetForLeaderPartition asked) throws IOException {
        try {
            return endOfLeader(name, asked);
        } catch (PartitionException e) {
            if (e.error() != Errors.NOT_LEADER_OR_FOLLOWER) {
                throw e;
            }
            return endOfReplica(name, asked);
        }
    }

    private EpochEnd endOfReplica(TopicPartition name, OffsetForLeaderPartition asked) throws IOException {
        PartitionLog log = partitions.leaderless(name, asked.currentLeaderEpoch());
        log.recover();
        return asked.leaderEpoch() >= log.latestEpoch()
                ? new EpochEnd(log.latestEpoch(), log.logEndOffset())
                : log.endOfEpoch(asked.leaderEpoch());
    }
}
