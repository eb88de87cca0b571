package io.kurier.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.InconsistentClusterIdException;
import org.apache.kafka.common.message.EndQuorumEpochRequestData;
import org.apache.kafka.common.message.EndQuorumEpochResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.VoteRequestData;
import org.apache.kafka.common.message.VoteResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a quorum does with messages that are not from its cluster.
class StrayMessageTest {
    @TempDir
    Path folder;

    private static VoteRequestData vote() {
        return new VoteRequestData()
                .setTopics(List.of(new VoteRequestData.TopicData()
                        .setTopicName("__cluster_metadata")
                        .setPartitions(List.of(new VoteRequestData.PartitionData()
                                .setPartitionIndex(0)
                                .setReplicaEpoch(Integer.MAX_VALUE)
                                .setReplicaId(9)
                                .setLastOffset(1_000)
                                .setLastOffsetEpoch(1_000)))));
    }

    @Test
    void whoDoesNotNameTheClusterChangesNothing() throws Exception {
        try (Node node = Node.start(folder)) {
            int epoch = node.quorum().leaderEpoch();
            for (ApiMessage stray : List.of(vote(), vote().setClusterId("another"), new MetadataRequestData())) {
                assertThatThrownBy(() -> node.cluster
                                .quorum(stray, (short) 1)
                                .toCompletableFuture()
                                .get(20, TimeUnit.SECONDS))
                        .hasCauseInstanceOf(InconsistentClusterIdException.class);
            }
            assertThat(node.quorum().leaderEpoch()).isEqualTo(epoch);
            assertThat(node.create("t", 1).topics()).hasSize(1);
        }
    }

    @Test
    void whoNamesItIsAnswered() throws Exception {
        try (Node node = Node.start(folder)) {
            VoteRequestData old = vote().setClusterId(Node.CLUSTER_ID);
            old.topics().getFirst().partitions().getFirst().setReplicaEpoch(0);
            VoteResponseData answer = (VoteResponseData)
                    node.cluster.quorum(old, (short) 1).toCompletableFuture().get(20, TimeUnit.SECONDS);
            assertThat(answer.topics().getFirst().partitions().getFirst().voteGranted())
                    .isFalse();
        }
    }

    /// A voter asks whether this node is there.
    @Test
    void theEndOfNoClusterIsAnsweredAndChangesNothing() throws Exception {
        try (Node node = Node.start(folder)) {
            int epoch = node.quorum().leaderEpoch();
            EndQuorumEpochResponseData answer = (EndQuorumEpochResponseData) node.cluster
                    .quorum(new EndQuorumEpochRequestData().setClusterId(null), (short) 1)
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS);
            assertThat(answer.errorCode()).isEqualTo(Errors.INCONSISTENT_CLUSTER_ID.code());
            assertThat(node.quorum().leaderEpoch()).isEqualTo(epoch);
        }
    }
}
