package io.kurier.broker.replica.follow;

import io.kurier.broker.replica.follow.ReplicaFetcher.Fetching;
import io.kurier.cluster.peer.PeerAnswer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsPartitionResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/// Asks a leader for its first offset: a follower that was away for longer than records are kept begins there.
final class LeaderStart {
    private static final short VERSION = ApiKeys.LIST_OFFSETS.latestVersion();
    private static final long EARLIEST = -2;

    private final int leader;
    private final Fetching fetching;
    private final LeaderCalls calls;

    LeaderStart(int leader, Fetching fetching, LeaderCalls calls) {
        this.leader = leader;
        this.fetching = fetching;
        this.calls = calls;
    }

    /// Completes with the offset, or fails with the leader's error.
    CompletableFuture<Long> ask(TopicPartition partition, int leaderEpoch) {
        ListOffsetsRequestData request = new ListOffsetsRequestData()
                .setReplicaId(fetching.nodeId())
                .setTopics(List.of(new ListOffsetsTopic()
                        .setName(partition.topic())
                        .setPartitions(List.of(new ListOffsetsPartition()
                                .setPartitionIndex(partition.partition())
                                .setCurrentLeaderEpoch(leaderEpoch)
                                .setTimestamp(EARLIEST)))));
        return calls.send(leader, request, VERSION, fetching.settings().timeoutMs())
                .thenApply(LeaderStart::offset);
    }

    private static long offset(PeerAnswer answer) {
        try (answer) {
            ListOffsetsPartitionResponse found = ((ListOffsetsResponseData) answer.message())
                    .topics()
                    .getFirst()
                    .partitions()
                    .getFirst();
            Errors error = Errors.forCode(found.errorCode());
            if (error != Errors.NONE) {
                throw error.exception();
            }
            return found.offset();
        }
    }
}
