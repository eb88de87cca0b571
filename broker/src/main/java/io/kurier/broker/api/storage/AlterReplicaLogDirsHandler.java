package io.kurier.broker.api.storage;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.broker.replica.PartitionException;
import io.kurier.broker.replica.ReplicaMoves;
import io.kurier.log.LogException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.AlterReplicaLogDirsRequestData;
import org.apache.kafka.common.message.AlterReplicaLogDirsRequestData.AlterReplicaLogDir;
import org.apache.kafka.common.message.AlterReplicaLogDirsRequestData.AlterReplicaLogDirTopic;
import org.apache.kafka.common.message.AlterReplicaLogDirsResponseData;
import org.apache.kafka.common.message.AlterReplicaLogDirsResponseData.AlterReplicaLogDirPartitionResult;
import org.apache.kafka.common.message.AlterReplicaLogDirsResponseData.AlterReplicaLogDirTopicResult;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/// AlterReplicaLogDirs (KIP-113): begins to move partitions to other data directories of this node. The answer says
/// that a move has begun; DescribeLogDirs says how far it has come.
public final class AlterReplicaLogDirsHandler implements ApiHandler<AlterReplicaLogDirsRequestData> {
    private final ReplicaMoves moves;

    public AlterReplicaLogDirsHandler(ReplicaMoves moves) {
        this.moves = moves;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.ALTER_REPLICA_LOG_DIRS;
    }

    @Override
    public CompletableFuture<AlterReplicaLogDirsResponseData> handle(
            RequestContext context, AlterReplicaLogDirsRequestData request) {
        Map<String, AlterReplicaLogDirTopicResult> topics = new LinkedHashMap<>();
        for (AlterReplicaLogDir directory : request.dirs()) {
            for (AlterReplicaLogDirTopic topic : directory.topics()) {
                AlterReplicaLogDirTopicResult results = topics.computeIfAbsent(
                        topic.name(), name -> new AlterReplicaLogDirTopicResult().setTopicName(name));
                for (int number : topic.partitions()) {
                    Errors outcome = move(new TopicPartition(topic.name(), number), directory.path());
                    results.partitions()
                            .add(new AlterReplicaLogDirPartitionResult()
                                    .setPartitionIndex(number)
                                    .setErrorCode(outcome.code()));
                }
            }
        }
        AlterReplicaLogDirsResponseData answer = new AlterReplicaLogDirsResponseData();
        answer.results().addAll(topics.values());
        return CompletableFuture.completedFuture(answer);
    }

    private Errors move(TopicPartition name, String path) {
        try {
            moves.move(name, path);
            return Errors.NONE;
        } catch (PartitionException e) {
            return e.error() == Errors.NOT_LEADER_OR_FOLLOWER ? Errors.REPLICA_NOT_AVAILABLE : e.error();
        } catch (LogException e) {
            return e.error();
        }
    }
}
