package io.kurier.broker.api.storage;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.broker.replica.Partition;
import io.kurier.broker.replica.PartitionException;
import io.kurier.broker.replica.Partitions;
import io.kurier.broker.replica.RecordDeletion;
import io.kurier.kernel.World;
import io.kurier.log.LogDirectory;
import io.kurier.log.LogException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.DeleteRecordsRequestData;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsPartition;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsTopic;
import org.apache.kafka.common.message.DeleteRecordsResponseData;
import org.apache.kafka.common.message.DeleteRecordsResponseData.DeleteRecordsPartitionResult;
import org.apache.kafka.common.message.DeleteRecordsResponseData.DeleteRecordsTopicResult;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// DeleteRecords (KIP-107): moves where partitions start, durably before it answers; whole segments below go in the
/// background. An offset below the start of a partition changes nothing.
public final class DeleteRecordsHandler implements ApiHandler<DeleteRecordsRequestData> {
    private static final Logger LOG = LoggerFactory.getLogger(DeleteRecordsHandler.class);
    private static final long UNKNOWN = -1;

    private final World world;
    private final Partitions partitions;
    private final Predicate<String> internal;

    /// @param internal tells the node's own topics
    public DeleteRecordsHandler(World world, Partitions partitions, Predicate<String> internal) {
        this.world = world;
        this.partitions = partitions;
        this.internal = internal;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.DELETE_RECORDS;
    }

    /// A partition whose start has moved, and the answer for it.
    private record Moved(Partition partition, DeleteRecordsPartitionResult answer) {}

    @Override
    public CompletableFuture<DeleteRecordsResponseData> handle(
            RequestContext context, DeleteRecordsRequestData request) {
        long deadlineNs = world.clock().nanos() + TimeUnit.MILLISECONDS.toNanos(Math.max(0, request.timeoutMs()));
        DeleteRecordsResponseData response = new DeleteRecordsResponseData();
        List<Moved> moved = new ArrayList<>();
        for (DeleteRecordsTopic topic : request.topics()) {
            DeleteRecordsTopicResult answers = new DeleteRecordsTopicResult().setName(topic.name());
            for (DeleteRecordsPartition asked : topic.partitions()) {
                DeleteRecordsPartitionResult answer = new DeleteRecordsPartitionResult()
                        .setPartitionIndex(asked.partitionIndex())
                        .setLowWatermark(UNKNOWN);
                answers.partitions().add(answer);
                Partition partition = delete(topic.name(), asked, answer, deadlineNs);
                if (partition != null) {
                    moved.add(new Moved(partition, answer));
                }
            }
            response.topics().add(answers);
        }
        makeDurable(moved);
        world.threads().slow().execute(() -> moved.forEach(one -> deleteSegments(one.partition)));
        return CompletableFuture.completedFuture(response);
    }

    private @Nullable Partition delete(
            String topic, DeleteRecordsPartition asked, DeleteRecordsPartitionResult answer, long deadlineNs) {
        try {
            if (internal.test(topic)) {
                throw new PartitionException(Errors.INVALID_TOPIC_EXCEPTION, topic + " belongs to the node itself");
            }
            if (world.clock().nanos() - deadlineNs > 0) {
                throw new PartitionException(Errors.REQUEST_TIMED_OUT, "There was no time left for " + topic);
            }
            Partition partition = partitions.find(new TopicPartition(topic, asked.partitionIndex()));
            answer.setLowWatermark(RecordDeletion.below(partition, asked.offset()));
            return partition;
        } catch (PartitionException e) {
            answer.setErrorCode(e.error().code());
        } catch (LogException e) {
            answer.setErrorCode(e.error().code());
        }
        return null;
    }

    /// Once for each directory, whatever the number of partitions.
    private static void makeDurable(List<Moved> moved) {
        Map<LogDirectory, List<Moved>> byDirectory = new HashMap<>();
        for (Moved one : moved) {
            byDirectory
                    .computeIfAbsent(one.partition.log().directory(), directory -> new ArrayList<>())
                    .add(one);
        }
        byDirectory.forEach((directory, inIt) -> {
            try {
                directory.checkpointDurably();
            } catch (LogException e) {
                inIt.forEach(one -> one.answer.setErrorCode(e.error().code()).setLowWatermark(UNKNOWN));
            }
        });
    }

    private void deleteSegments(Partition partition) {
        try {
            partition.log().applyRetention(world.clock().wallMs(), partition.highWatermark());
        } catch (LogException e) {
            LOG.warn("Old segments of {} go later: {}", partition.name(), e.getMessage());
        }
    }
}
