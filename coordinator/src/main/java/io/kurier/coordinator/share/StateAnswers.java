package io.kurier.coordinator.share;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.apache.kafka.common.message.DeleteShareGroupStateRequestData.DeleteStateData;
import org.apache.kafka.common.message.DeleteShareGroupStateResponseData;
import org.apache.kafka.common.message.DeleteShareGroupStateResponseData.DeleteStateResult;
import org.apache.kafka.common.message.InitializeShareGroupStateRequestData.InitializeStateData;
import org.apache.kafka.common.message.InitializeShareGroupStateResponseData;
import org.apache.kafka.common.message.InitializeShareGroupStateResponseData.InitializeStateResult;
import org.apache.kafka.common.message.ReadShareGroupStateRequestData.ReadStateData;
import org.apache.kafka.common.message.ReadShareGroupStateResponseData;
import org.apache.kafka.common.message.ReadShareGroupStateResponseData.ReadStateResult;
import org.apache.kafka.common.message.ReadShareGroupStateSummaryRequestData.ReadStateSummaryData;
import org.apache.kafka.common.message.ReadShareGroupStateSummaryResponseData;
import org.apache.kafka.common.message.ReadShareGroupStateSummaryResponseData.ReadStateSummaryResult;
import org.apache.kafka.common.message.WriteShareGroupStateRequestData;
import org.apache.kafka.common.message.WriteShareGroupStateRequestData.WriteStateData;
import org.apache.kafka.common.message.WriteShareGroupStateResponseData;
import org.apache.kafka.common.message.WriteShareGroupStateResponseData.WriteStateResult;
import org.jspecify.annotations.Nullable;

/// The share state APIs' words for what was asked and what became of it, topic by topic.
final class StateAnswers {
    private StateAnswers() {}

    /// Why this makes no sense; null if it does.
    static @Nullable String complaint(WriteShareGroupStateRequestData.PartitionData asked) {
        if (asked.startOffset() < ShareState.UNKNOWN) {
            return "A start offset is at least -1.";
        }
        boolean bad = asked.stateBatches().stream()
                .anyMatch(batch -> batch.firstOffset() < 0
                        || batch.lastOffset() < batch.firstOffset()
                        || batch.deliveryState() < 0
                        || batch.deliveryCount() < 0);
        return bad ? "A batch of state has a first and a last offset in this order, and nothing negative." : null;
    }

    static ShareState.Update update(WriteShareGroupStateRequestData.PartitionData asked) {
        return new ShareState.Update(
                asked.leaderEpoch(),
                asked.startOffset(),
                asked.deliveryCompleteCount(),
                WriteOrder.of(asked),
                asked.stateBatches().stream()
                        .map(batch -> new StateBatch(
                                batch.firstOffset(), batch.lastOffset(), batch.deliveryState(), batch.deliveryCount()))
                        .toList());
    }

    static InitializeStateResult initialised(InitializeStateData topic, List<Outcome> outcomes) {
        return new InitializeStateResult()
                .setTopicId(topic.topicId())
                .setPartitions(zip(
                        topic.partitions(),
                        outcomes,
                        (asked, outcome) -> new InitializeShareGroupStateResponseData.PartitionResult()
                                .setPartition(asked.partition())
                                .setErrorCode(outcome.error().code())
                                .setErrorMessage(outcome.message())));
    }

    static WriteStateResult written(WriteStateData topic, List<Outcome> outcomes) {
        return new WriteStateResult()
                .setTopicId(topic.topicId())
                .setPartitions(zip(
                        topic.partitions(),
                        outcomes,
                        (asked, outcome) -> new WriteShareGroupStateResponseData.PartitionResult()
                                .setPartition(asked.partition())
                                .setErrorCode(outcome.error().code())
                                .setErrorMessage(outcome.message())));
    }

    static DeleteStateResult deleted(DeleteStateData topic, List<Outcome> outcomes) {
        return new DeleteStateResult()
                .setTopicId(topic.topicId())
                .setPartitions(zip(
                        topic.partitions(),
                        outcomes,
                        (asked, outcome) -> new DeleteShareGroupStateResponseData.PartitionResult()
                                .setPartition(asked.partition())
                                .setErrorCode(outcome.error().code())
                                .setErrorMessage(outcome.message())));
    }

    static ReadStateResult read(ReadStateData topic, List<Outcome> outcomes) {
        return new ReadStateResult()
                .setTopicId(topic.topicId())
                .setPartitions(zip(topic.partitions(), outcomes, (asked, outcome) -> read(asked.partition(), outcome)));
    }

    private static ReadShareGroupStateResponseData.PartitionResult read(int partition, Outcome outcome) {
        ReadShareGroupStateResponseData.PartitionResult result = new ReadShareGroupStateResponseData.PartitionResult()
                .setPartition(partition)
                .setErrorCode(outcome.error().code())
                .setErrorMessage(outcome.message())
                .setStartOffset(ShareState.UNKNOWN);
        ShareState state = outcome.state();
        return state == null
                ? result
                : WriteOrder.put(result, state.order())
                        .setStateEpoch(state.stateEpoch())
                        .setStartOffset(state.startOffset())
                        .setStateBatches(state.batches().stream()
                                .map(batch -> new ReadShareGroupStateResponseData.StateBatch()
                                        .setFirstOffset(batch.firstOffset())
                                        .setLastOffset(batch.lastOffset())
                                        .setDeliveryState(batch.deliveryState())
                                        .setDeliveryCount(batch.deliveryCount()))
                                .toList());
    }

    static ReadStateSummaryResult summarised(ReadStateSummaryData topic, List<Outcome> outcomes) {
        return new ReadStateSummaryResult()
                .setTopicId(topic.topicId())
                .setPartitions(
                        zip(topic.partitions(), outcomes, (asked, outcome) -> summarised(asked.partition(), outcome)));
    }

    private static ReadShareGroupStateSummaryResponseData.PartitionResult summarised(int partition, Outcome outcome) {
        ReadShareGroupStateSummaryResponseData.PartitionResult result =
                new ReadShareGroupStateSummaryResponseData.PartitionResult()
                        .setPartition(partition)
                        .setErrorCode(outcome.error().code())
                        .setErrorMessage(outcome.message())
                        .setStartOffset(ShareState.UNKNOWN)
                        .setDeliveryCompleteCount(ShareState.UNKNOWN);
        ShareState state = outcome.state();
        return state == null
                ? result
                : result.setStateEpoch(state.stateEpoch())
                        .setLeaderEpoch(state.leaderEpoch())
                        .setStartOffset(state.startOffset())
                        .setDeliveryCompleteCount(state.deliveryCompleteCount());
    }

    private static <Q, A> List<A> zip(List<Q> asked, List<Outcome> outcomes, BiFunction<Q, Outcome, A> answer) {
        List<A> answers = new ArrayList<>();
        for (int i = 0; i < asked.size(); i++) {
            answers.add(answer.apply(asked.get(i), outcomes.get(i)));
        }
        return answers;
    }
}
