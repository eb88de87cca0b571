package io.kurier.cluster;

import io.kurier.cluster.controller.command.partitions.ReplicaLogs;
import io.kurier.cluster.image.BrokerImage;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.Endpoint;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.cluster.image.TopicImage;
import io.kurier.cluster.peer.Lane;
import io.kurier.cluster.peer.Peers;
import io.kurier.log.EpochEnd;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.ElectLeadersRequestData;
import org.apache.kafka.common.message.ElectLeadersRequestData.TopicPartitions;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderPartition;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderTopic;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData.EpochEndOffset;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/// Asks the brokers that run how long the logs are of partitions that nobody leads, by OffsetForLeaderEpoch: Kafka's
/// one message that answers with an epoch and an end.
final class LogSurvey {
    /// An election that waits for a broker which does not answer is no faster than the fencing of that broker.
    private static final int TIMEOUT_MS = 2_000;

    private static final short VERSION = ApiKeys.OFFSET_FOR_LEADER_EPOCH.latestVersion();

    private final int nodeId;
    private final Peers peers;

    LogSurvey(int nodeId, Peers peers) {
        this.nodeId = nodeId;
        this.peers = peers;
    }

    /// Asks for the partitions that a request for elections names; completes, with what was said, when all have
    /// answered or had their time.
    CompletableFuture<ReplicaLogs> of(ElectLeadersRequestData wanted, ClusterImage image) {
        Map<Integer, OffsetForLeaderEpochRequestData> questions = new TreeMap<>();
        if (wanted.topicPartitions() == null) {
            for (TopicImage topic : image.topics()) {
                for (int number = 0; number < topic.partitions().size(); number++) {
                    add(topic, number, image, questions);
                }
            }
        } else {
            for (TopicPartitions named : wanted.topicPartitions()) {
                TopicImage topic = image.topic(named.topic());
                if (topic != null) {
                    named.partitions().stream().distinct().forEach(number -> add(topic, number, image, questions));
                }
            }
        }
        Map<TopicPartition, Map<Integer, EpochEnd>> said = new ConcurrentHashMap<>();
        List<CompletableFuture<?>> answers = new ArrayList<>();
        questions.forEach((id, question) -> {
            BrokerImage broker = image.broker(id);
            if (broker != null && !broker.endpoints().isEmpty()) {
                Endpoint at = broker.endpoints().values().iterator().next();
                answers.add(peers.at(Lane.COMMANDS, at.host(), at.port())
                        .ask(question, VERSION, TIMEOUT_MS, OffsetForLeaderEpochResponseData.class)
                        .whenComplete((answer, failure) -> {
                            if (failure == null) {
                                note(id, answer, said);
                            }
                        })
                        .handle((_, _) -> true));
            }
        });
        return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
                .thenApply(_ -> new ReplicaLogs(said));
    }

    private void add(
            TopicImage topic, int number, ClusterImage image, Map<Integer, OffsetForLeaderEpochRequestData> questions) {
        PartitionImage partition = topic.partition(number);
        if (partition == null || partition.hasLeader()) {
            return;
        }
        for (int id : partition.replicas()) {
            BrokerImage broker = image.broker(id);
            if (broker != null && broker.isActive()) {
                OffsetForLeaderEpochRequestData question =
                        questions.computeIfAbsent(id, _ -> new OffsetForLeaderEpochRequestData().setReplicaId(nodeId));
                OffsetForLeaderTopic of = question.topics().find(topic.name());
                if (of == null) {
                    of = new OffsetForLeaderTopic().setTopic(topic.name());
                    question.topics().add(of);
                }
                of.partitions()
                        .add(new OffsetForLeaderPartition()
                                .setPartition(number)
                                .setCurrentLeaderEpoch(partition.leaderEpoch())
                                .setLeaderEpoch(partition.leaderEpoch()));
            }
        }
    }

    private static void note(
            int broker, OffsetForLeaderEpochResponseData answer, Map<TopicPartition, Map<Integer, EpochEnd>> said) {
        for (var topic : answer.topics()) {
            for (EpochEndOffset end : topic.partitions()) {
                if (end.errorCode() == Errors.NONE.code() && end.endOffset() >= 0) {
                    said.computeIfAbsent(
                                    new TopicPartition(topic.topic(), end.partition()), _ -> new ConcurrentHashMap<>())
                            .put(broker, new EpochEnd(end.leaderEpoch(), end.endOffset()));
                }
            }
        }
    }
}
