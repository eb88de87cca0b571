package io.kurier.coordinator.share;

import io.kurier.coordinator.CoordinatorLog;
import io.kurier.coordinator.TopicNames;
import io.kurier.coordinator.group.Names;
import io.kurier.coordinator.runtime.CoordinatorRuntime;
import io.kurier.coordinator.runtime.RuntimeLimits;
import io.kurier.coordinator.runtime.ShardEvent;
import io.kurier.kernel.World;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DeleteShareGroupStateRequestData;
import org.apache.kafka.common.message.DeleteShareGroupStateResponseData;
import org.apache.kafka.common.message.InitializeShareGroupStateRequestData;
import org.apache.kafka.common.message.InitializeShareGroupStateResponseData;
import org.apache.kafka.common.message.ReadShareGroupStateRequestData;
import org.apache.kafka.common.message.ReadShareGroupStateResponseData;
import org.apache.kafka.common.message.ReadShareGroupStateSummaryRequestData;
import org.apache.kafka.common.message.ReadShareGroupStateSummaryResponseData;
import org.apache.kafka.common.message.WriteShareGroupStateRequestData;
import org.apache.kafka.common.message.WriteShareGroupStateResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.utils.Utils;

/// The state of all share partitions that this node coordinates, behind the share state APIs of the protocol (KIP-932).
/// Safe for use by several threads; no method blocks; no returned future fails: errors are in the answers, one for each
/// share partition.
public final class ShareCoordinator implements AutoCloseable {
    /// The topic that it keeps its records in.
    public static final String TOPIC = "__share_group_state";

    private final CoordinatorRuntime<ShareShard> runtime;
    private final IntSupplier shardCount;

    /// @param shardCount partitions of [#TOPIC]: what it really has once it exists,
    ///     `share.coordinator.state.topic.num.partitions` before
    public ShareCoordinator(
            World world, CoordinatorLog log, TopicNames topics, ShareStateSettings settings, IntSupplier shardCount) {
        this.shardCount = shardCount;
        this.runtime = new CoordinatorRuntime<>(
                world,
                "shares",
                log,
                (shard, leaderEpoch) -> new ShareShard(settings, topics),
                new RuntimeLimits(settings.maxBatchBytes(), settings.maxQueuedEvents()));
    }

    /// The partition that a share partition belongs to, named as FindCoordinator does ([SharePartitionKey#text]).
    public int shardOf(String key) {
        return Utils.abs(key.hashCode()) % shardCount.getAsInt();
    }

    /// This node leads partition `shard` in this epoch; loads it, once an epoch. Until that is done all are told
    /// COORDINATOR_LOAD_IN_PROGRESS.
    public void becomeLeader(int shard, int leaderEpoch) {
        runtime.load(shard, leaderEpoch);
    }

    /// This node does not lead partition `shard` any more, as of this epoch: all are told NOT_COORDINATOR.
    public void resign(int shard, int leaderEpoch) {
        runtime.unload(shard, leaderEpoch);
    }

    /// InitializeShareGroupState: begins states. A state that has begun in the same epoch stays as it is.
    public CompletableFuture<InitializeShareGroupStateResponseData> initialise(
            InitializeShareGroupStateRequestData request) {
        return each(
                        request.topics(),
                        topic -> each(topic.partitions(), asked -> {
                                    SharePartitionKey key = key(request.groupId(), topic.topicId(), asked.partition());
                                    if (asked.stateEpoch() < 0 || asked.startOffset() < ShareState.UNKNOWN) {
                                        return done(Outcome.refused(
                                                Errors.INVALID_REQUEST,
                                                "A state epoch is at least 0, a start offset at least -1."));
                                    }
                                    return ask(
                                            key,
                                            (shares, ticket, now, out) -> shares.initialise(
                                                    key, asked.stateEpoch(), asked.startOffset(), ticket, now, out));
                                })
                                .thenApply(outcomes -> StateAnswers.initialised(topic, outcomes)))
                .thenApply(results -> new InitializeShareGroupStateResponseData().setResults(results));
    }

    /// ReadShareGroupState, for the leaders of the partitions: earlier leaders are fenced from then on.
    public CompletableFuture<ReadShareGroupStateResponseData> read(ReadShareGroupStateRequestData request) {
        return each(
                        request.topics(),
                        topic -> each(topic.partitions(), asked -> {
                                    SharePartitionKey key = key(request.groupId(), topic.topicId(), asked.partition());
                                    return ask(
                                            key,
                                            (shares, ticket, now, out) ->
                                                    shares.read(key, asked.leaderEpoch(), ticket, now, out));
                                })
                                .thenApply(outcomes -> StateAnswers.read(topic, outcomes)))
                .thenApply(results -> new ReadShareGroupStateResponseData().setResults(results));
    }

    /// ReadShareGroupStateSummary: where share partitions are. One that has not begun has start offset -1.
    public CompletableFuture<ReadShareGroupStateSummaryResponseData> summarise(
            ReadShareGroupStateSummaryRequestData request) {
        return each(
                        request.topics(),
                        topic -> each(topic.partitions(), asked -> {
                                    SharePartitionKey key = key(request.groupId(), topic.topicId(), asked.partition());
                                    return ask(
                                            key,
                                            (shares, ticket, now, out) ->
                                                    shares.summarise(key, asked.leaderEpoch(), ticket, out));
                                })
                                .thenApply(outcomes -> StateAnswers.summarised(topic, outcomes)))
                .thenApply(results -> new ReadShareGroupStateSummaryResponseData().setResults(results));
    }

    /// WriteShareGroupState, of the leaders of the partitions: answered when it is stored.
    public CompletableFuture<WriteShareGroupStateResponseData> write(WriteShareGroupStateRequestData request) {
        return each(
                        request.topics(),
                        topic -> each(topic.partitions(), asked -> {
                                    SharePartitionKey key = key(request.groupId(), topic.topicId(), asked.partition());
                                    String complaint = StateAnswers.complaint(asked);
                                    if (complaint != null) {
                                        return done(Outcome.refused(Errors.INVALID_REQUEST, complaint));
                                    }
                                    ShareState.Update update = StateAnswers.update(asked);
                                    return ask(
                                            key,
                                            (shares, ticket, now, out) ->
                                                    shares.write(key, asked.stateEpoch(), update, ticket, now, out));
                                })
                                .thenApply(outcomes -> StateAnswers.written(topic, outcomes)))
                .thenApply(results -> new WriteShareGroupStateResponseData().setResults(results));
    }

    /// DeleteShareGroupState: ends states. One that has not begun is no error; one that has begun again since the
    /// request was made stays ([EndingEpoch]).
    public CompletableFuture<DeleteShareGroupStateResponseData> delete(DeleteShareGroupStateRequestData request) {
        return each(
                        request.topics(),
                        topic -> each(topic.partitions(), asked -> {
                                    SharePartitionKey key = key(request.groupId(), topic.topicId(), asked.partition());
                                    int epoch = EndingEpoch.of(asked);
                                    return ask(
                                            key,
                                            (shares, ticket, now, out) -> shares.delete(key, epoch, ticket, now, out));
                                })
                                .thenApply(outcomes -> StateAnswers.deleted(topic, outcomes)))
                .thenApply(results -> new DeleteShareGroupStateResponseData().setResults(results));
    }

    private static SharePartitionKey key(String groupId, Uuid topicId, int partition) {
        return new SharePartitionKey(groupId, topicId, partition);
    }

    private CompletableFuture<Outcome> ask(SharePartitionKey key, ShardEvent<ShareShard, Outcome> event) {
        if (key.groupId().isEmpty() || !Names.fit(key.groupId())) {
            return done(Outcome.refused(Errors.INVALID_GROUP_ID, "A group id must have 1 to 10,000 characters."));
        }
        if (key.topicId().equals(Uuid.ZERO_UUID) || key.partition() < 0) {
            return done(Outcome.refused(
                    Errors.INVALID_REQUEST, "A share partition needs a topic's id and a partition of at least 0."));
        }
        return runtime.submit(shardOf(key.text()), Outcome::refused, event);
    }

    private static <T> CompletableFuture<T> done(T answer) {
        return CompletableFuture.completedFuture(answer);
    }

    private static <Q, A> CompletableFuture<List<A>> each(List<Q> asked, Function<Q, CompletableFuture<A>> answer) {
        List<CompletableFuture<A>> parts = asked.stream().map(answer).toList();
        return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
                .thenApply(
                        nothing -> parts.stream().map(CompletableFuture::join).toList());
    }

    @Override
    public void close() {
        runtime.close();
    }
}
