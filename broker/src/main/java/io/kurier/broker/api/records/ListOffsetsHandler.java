package io.kurier.broker.api.records;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.broker.replica.Partition;
import io.kurier.broker.replica.PartitionException;
import io.kurier.broker.replica.Partitions;
import io.kurier.kernel.World;
import io.kurier.log.LogException;
import io.kurier.log.TimestampOffset;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsPartitionResponse;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsTopicResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/// ListOffsets: the earliest and latest offsets, and the first one at or after a time.
public final class ListOffsetsHandler implements ApiHandler<ListOffsetsRequestData> {
    private static final long LATEST = -1;
    private static final long EARLIEST = -2;
    /// The record with the largest timestamp (KIP-734).
    private static final long MAX_TIMESTAMP = -3;
    /// The earliest on this node's disk (KIP-405); without tiers it is the earliest.
    private static final long EARLIEST_LOCAL = -4;
    /// The latest that lies in a second tier (KIP-1005), and the earliest that is still to go there (KIP-1023).
    private static final long LATEST_TIERED = -5;

    private static final long EARLIEST_PENDING_UPLOAD = -6;
    private static final long UNKNOWN = -1;

    private static final int FIRST_WITH_LEADER_EPOCH = 4;
    private static final int FIRST_WITH_NOT_AVAILABLE = 5;

    private final World world;
    private final Partitions partitions;
    private final LeadProof proof;

    public ListOffsetsHandler(World world, Partitions partitions) {
        this.world = world;
        this.partitions = partitions;
        this.proof = new LeadProof(world.clock(), partitions);
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.LIST_OFFSETS;
    }

    @Override
    public CompletableFuture<ListOffsetsResponseData> handle(RequestContext context, ListOffsetsRequestData request) {
        IdentityHashMap<ListOffsetsPartition, CompletableFuture<Errors>> led = proof.of(request);
        CompletableFuture<Void> all = CompletableFuture.allOf(led.values().toArray(CompletableFuture[]::new));
        return all.isDone()
                ? CompletableFuture.completedFuture(answer(context, request, led))
                : all.thenApplyAsync(
                        _ -> answer(context, request, led), world.threads().slow());
    }

    private ListOffsetsResponseData answer(
            RequestContext context,
            ListOffsetsRequestData request,
            IdentityHashMap<ListOffsetsPartition, CompletableFuture<Errors>> led) {
        ListOffsetsResponseData answer = new ListOffsetsResponseData();
        for (ListOffsetsTopic topic : request.topics()) {
            ListOffsetsTopicResponse topicAnswer = new ListOffsetsTopicResponse().setName(topic.name());
            answer.topics().add(topicAnswer);
            for (ListOffsetsPartition partition : topic.partitions()) {
                ListOffsetsPartitionResponse one =
                        new ListOffsetsPartitionResponse().setPartitionIndex(partition.partitionIndex());
                topicAnswer.partitions().add(one);
                try {
                    LeadProof.check(topic.name(), led.get(partition));
                    find(one, topic.name(), partition, request.isolationLevel() == 1);
                } catch (PartitionException e) {
                    boolean unknownError =
                            e.error() == Errors.OFFSET_NOT_AVAILABLE && context.version() < FIRST_WITH_NOT_AVAILABLE;
                    one.setErrorCode((unknownError ? Errors.LEADER_NOT_AVAILABLE : e.error()).code());
                } catch (LogException e) {
                    one.setErrorCode(e.error().code());
                }
                if (context.version() < FIRST_WITH_LEADER_EPOCH) {
                    one.setLeaderEpoch(-1);
                }
            }
        }
        return answer;
    }

    private void find(
            ListOffsetsPartitionResponse answer, String topic, ListOffsetsPartition asked, boolean readCommitted) {
        Partition partition = partitions.find(new TopicPartition(topic, asked.partitionIndex()));
        partition.checkOpen();
        partition.checkLeaderEpoch(asked.currentLeaderEpoch());
        long timestamp = asked.timestamp();
        answer.setTimestamp(UNKNOWN).setOffset(UNKNOWN).setLeaderEpoch(partition.leaderEpoch());
        if (timestamp != EARLIEST && timestamp != EARLIEST_LOCAL) {
            partition.checkKnowsCommitted();
        }
        long end = readCommitted ? partition.lastStableOffset() : partition.highWatermark();
        if (timestamp == LATEST) {
            answer.setOffset(end);
        } else if (timestamp == EARLIEST || timestamp == EARLIEST_LOCAL) {
            answer.setOffset(partition.log().logStartOffset());
        } else if (timestamp == LATEST_TIERED || timestamp == EARLIEST_PENDING_UPLOAD) {
            answer.setLeaderEpoch(-1);
        } else if (timestamp == MAX_TIMESTAMP) {
            put(answer, partition.log().maxTimestamp(end));
        } else if (timestamp >= 0) {
            put(answer, partition.log().offsetForTimestamp(timestamp, end));
        } else {
            answer.setErrorCode(Errors.INVALID_REQUEST.code());
        }
    }

    private static void put(ListOffsetsPartitionResponse answer, Optional<TimestampOffset> found) {
        found.ifPresentOrElse(
                at -> answer.setTimestamp(at.timestampMs())
                        .setOffset(at.offset())
                        .setLeaderEpoch(at.leaderEpoch()),
                () -> answer.setLeaderEpoch(-1));
    }
}
