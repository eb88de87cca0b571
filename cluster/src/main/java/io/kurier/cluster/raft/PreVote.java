package io.kurier.cluster.raft;

import org.apache.kafka.common.message.VoteRequestData;
import org.apache.kafka.common.message.VoteResponseData;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.raft.Endpoints;
import org.apache.kafka.raft.RaftUtil;

/// The question that comes before a vote: whether it would be granted (KIP-996).
final class PreVote {
    private PreVote() {}

    static boolean isQuestion(VoteRequestData request) {
        return request.topics().stream()
                .flatMap(topic -> topic.partitions().stream())
                .anyMatch(VoteRequestData.PartitionData::preVote);
    }

    /// The epoch that the asker is in; it would be elected in the next.
    static int epoch(VoteRequestData question) {
        return question.topics().stream()
                .flatMap(topic -> topic.partitions().stream())
                .mapToInt(VoteRequestData.PartitionData::replicaEpoch)
                .findFirst()
                .orElse(-1);
    }

    /// Who asks; -1 for nobody.
    static int asker(VoteRequestData question) {
        return question.topics().stream()
                .flatMap(topic -> topic.partitions().stream())
                .mapToInt(VoteRequestData.PartitionData::replicaId)
                .findFirst()
                .orElse(-1);
    }

    /// True if this is an answer that says yes.
    static boolean isGranted(ApiMessage answer) {
        return answer instanceof VoteResponseData vote
                && vote.topics().stream()
                        .flatMap(topic -> topic.partitions().stream())
                        .anyMatch(VoteResponseData.PartitionData::voteGranted);
    }

    /// An answer that changes nothing where a later epoch has begun.
    static VoteResponseData refusal(ListenerName listener, int epoch) {
        return RaftUtil.singletonVoteResponse(
                listener,
                ApiKeys.VOTE.latestVersion(),
                Errors.NONE,
                RaftEngine.PARTITION,
                Errors.NONE,
                epoch,
                -1,
                false,
                Endpoints.empty());
    }
}
