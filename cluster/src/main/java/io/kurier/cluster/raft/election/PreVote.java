package io.kurier.cluster.raft.election;

import org.apache.kafka.common.message.VoteRequestData;
import org.apache.kafka.common.message.VoteResponseData;
import org.apache.kafka.common.protocol.ApiMessage;

/// The question that comes before a vote: whether it would be granted (KIP-996).
public final class PreVote {
    private PreVote() {}

    /// True if nobody's vote is asked for, only whether it would be granted.
    public static boolean isQuestion(VoteRequestData request) {
        return request.topics().stream()
                .flatMap(topic -> topic.partitions().stream())
                .anyMatch(VoteRequestData.PartitionData::preVote);
    }

    /// The epoch that the asker is in; it would be elected in the next.
    public static int epoch(VoteRequestData question) {
        return question.topics().stream()
                .flatMap(topic -> topic.partitions().stream())
                .mapToInt(VoteRequestData.PartitionData::replicaEpoch)
                .findFirst()
                .orElse(-1);
    }

    /// Who asks; -1 for nobody.
    public static int asker(VoteRequestData question) {
        return question.topics().stream()
                .flatMap(topic -> topic.partitions().stream())
                .mapToInt(VoteRequestData.PartitionData::replicaId)
                .findFirst()
                .orElse(-1);
    }

    /// True if this is an answer that says yes.
    public static boolean isGranted(ApiMessage answer) {
        return answer instanceof VoteResponseData vote
                && vote.topics().stream()
                        .flatMap(topic -> topic.partitions().stream())
                        .anyMatch(VoteResponseData.PartitionData::voteGranted);
    }
}
