package io.kurier.cluster.controller.command;

import io.kurier.cluster.controller.command.brokers.Brokers;
import io.kurier.cluster.image.BrokerImage;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.cluster.image.TopicImage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.AssignReplicasToDirsRequestData;
import org.apache.kafka.common.message.AssignReplicasToDirsRequestData.DirectoryData;
import org.apache.kafka.common.message.AssignReplicasToDirsRequestData.PartitionData;
import org.apache.kafka.common.message.AssignReplicasToDirsRequestData.TopicData;
import org.apache.kafka.common.message.AssignReplicasToDirsResponseData;
import org.apache.kafka.common.metadata.PartitionChangeRecord;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;

/// Hears from a broker in which of its data directories its replicas lie (API 73, KIP-858). Leaders stay as they are.
///
/// Errors of the request: BROKER_ID_NOT_REGISTERED, STALE_BROKER_EPOCH, UNSUPPORTED_VERSION (`metadata.version` is
/// below 3.7-IV2). Errors of a partition: UNKNOWN_TOPIC_ID, UNKNOWN_TOPIC_OR_PARTITION, NOT_LEADER_OR_FOLLOWER (the
/// broker has no replica of it), LOG_DIR_NOT_FOUND (no directory that the broker registered), INVALID_REQUEST (a
/// partition named twice), POLICY_VIOLATION (more than one command may change).
final class AssignReplicas implements Command<AssignReplicasToDirsRequestData, AssignReplicasToDirsResponseData> {
    /// The first `metadata.version` whose records can say where a replica lies, 3.7-IV2.
    private static final short FIRST_WITH_DIRECTORIES = 17;

    private record Replica(Uuid topicId, int partition) {}

    @Override
    public Decision<AssignReplicasToDirsResponseData> decide(
            AssignReplicasToDirsRequestData request, Situation situation) {
        AssignReplicasToDirsResponseData response = new AssignReplicasToDirsResponseData();
        List<ApiMessage> records = new ArrayList<>();
        try {
            BrokerImage broker = Brokers.require(situation, request.brokerId(), request.brokerEpoch());
            if (situation.image().metadataVersion() < FIRST_WITH_DIRECTORIES) {
                throw new Refusal(Errors.UNSUPPORTED_VERSION, "metadata.version is too low for directories.");
            }
            Set<Replica> seen = new HashSet<>();
            for (DirectoryData directory : request.directories()) {
                response.directories().add(assign(directory, broker, situation, seen, records));
            }
            return new Decision<>(response, records);
        } catch (Refusal e) {
            return Decision.unchanged(new AssignReplicasToDirsResponseData()
                    .setErrorCode(e.error().code()));
        }
    }

    private static AssignReplicasToDirsResponseData.DirectoryData assign(
            DirectoryData directory,
            BrokerImage broker,
            Situation situation,
            Set<Replica> seen,
            List<ApiMessage> records) {
        var answer = new AssignReplicasToDirsResponseData.DirectoryData().setId(directory.id());
        Map<Uuid, AssignReplicasToDirsResponseData.TopicData> topics = new HashMap<>();
        for (TopicData topic : directory.topics()) {
            var topicAnswer = topics.computeIfAbsent(topic.topicId(), id -> {
                var made = new AssignReplicasToDirsResponseData.TopicData().setTopicId(id);
                answer.topics().add(made);
                return made;
            });
            for (PartitionData partition : topic.partitions()) {
                Errors error = Errors.NONE;
                try {
                    Replica replica = new Replica(topic.topicId(), partition.partitionIndex());
                    if (!seen.add(replica)) {
                        throw new Refusal(Errors.INVALID_REQUEST, "A partition is named twice.");
                    }
                    assign(replica, directory.id(), broker, situation, records);
                } catch (Refusal e) {
                    error = e.error();
                }
                topicAnswer
                        .partitions()
                        .add(new AssignReplicasToDirsResponseData.PartitionData()
                                .setPartitionIndex(partition.partitionIndex())
                                .setErrorCode(error.code()));
            }
        }
        return answer;
    }

    private static void assign(
            Replica replica, Uuid directory, BrokerImage broker, Situation situation, List<ApiMessage> records)
            throws Refusal {
        TopicImage topic = situation.image().topic(replica.topicId());
        if (topic == null) {
            throw new Refusal(Errors.UNKNOWN_TOPIC_ID, "There is no topic with that id.");
        }
        PartitionImage partition = topic.partition(replica.partition());
        if (partition == null) {
            throw new Refusal(Errors.UNKNOWN_TOPIC_OR_PARTITION, "There is no such partition.");
        }
        int at = partition.replicas().indexOf(broker.id());
        if (at < 0) {
            throw new Refusal(Errors.NOT_LEADER_OR_FOLLOWER, "The broker has no replica of it.");
        }
        if (!broker.logDirs().contains(directory)) {
            throw new Refusal(Errors.LOG_DIR_NOT_FOUND, "The broker has no such directory.");
        }
        if (partition.directory(broker.id()).equals(directory)) {
            return;
        }
        if (records.size() >= situation.settings().maxRecordsPerCommand()) {
            throw new Refusal(Errors.POLICY_VIOLATION, "One command may not change so much.");
        }
        List<Uuid> directories = new ArrayList<>();
        for (int id : partition.replicas()) {
            directories.add(id == broker.id() ? directory : partition.directory(id));
        }
        records.add(new PartitionChangeRecord()
                .setTopicId(replica.topicId())
                .setPartitionId(replica.partition())
                .setDirectories(directories));
    }
}
