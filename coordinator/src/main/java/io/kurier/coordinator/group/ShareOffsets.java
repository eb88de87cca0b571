package io.kurier.coordinator.group;

import io.kurier.coordinator.TopicMetadata;
import io.kurier.coordinator.group.consumer.assignor.Place;
import io.kurier.coordinator.group.share.PartitionEnds;
import io.kurier.coordinator.group.share.ShareGroup;
import io.kurier.coordinator.group.share.ShareStates;
import io.kurier.coordinator.group.share.StateChanges;
import io.kurier.coordinator.group.share.StateChanges.Intent;
import io.kurier.coordinator.runtime.CoordinatorRuntime;
import io.kurier.coordinator.runtime.Effects;
import io.kurier.coordinator.runtime.Moment;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.AlterShareGroupOffsetsRequestData;
import org.apache.kafka.common.message.AlterShareGroupOffsetsResponseData;
import org.apache.kafka.common.message.DeleteShareGroupOffsetsRequestData;
import org.apache.kafka.common.message.DeleteShareGroupOffsetsResponseData;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsRequestData;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsRequestData.DescribeShareGroupOffsetsRequestGroup;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsResponseData;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsResponseData.DescribeShareGroupOffsetsResponseGroup;
import org.apache.kafka.common.message.InitializeShareGroupStateRequestData;
import org.apache.kafka.common.message.InitializeShareGroupStateRequestData.InitializeStateData;
import org.apache.kafka.common.message.InitializeShareGroupStateRequestData.PartitionData;
import org.apache.kafka.common.message.InitializeShareGroupStateResponseData;
import org.apache.kafka.common.protocol.Errors;

/// Where share groups are in what they read, as administrators see and change it (KIP-932). Safe for use by several
/// threads; no method blocks; no returned future fails: errors are in the answers.
public final class ShareOffsets {
    private final CoordinatorRuntime<GroupShard> runtime;
    private final TopicMetadata topics;
    private final ToIntFunction<String> shardOf;
    private final ShareStates states;
    private final PartitionEnds ends;

    ShareOffsets(
            CoordinatorRuntime<GroupShard> runtime,
            TopicMetadata topics,
            ToIntFunction<String> shardOf,
            ShareGroups.Outside outside) {
        this.runtime = runtime;
        this.topics = topics;
        this.shardOf = shardOf;
        this.states = outside.states();
        this.ends = outside.ends();
    }

    // ---- describing

    /// DescribeShareGroupOffsets, in the order of the request. The start offset of a partition that nobody has read yet
    /// is -1, and its lag too.
    public CompletableFuture<DescribeShareGroupOffsetsResponseData> describe(
            DescribeShareGroupOffsetsRequestData request) {
        List<CompletableFuture<DescribeShareGroupOffsetsResponseGroup>> parts =
                request.groups().stream().map(this::describe).toList();
        return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
                .thenApply(nothing -> new DescribeShareGroupOffsetsResponseData()
                        .setGroups(parts.stream().map(CompletableFuture::join).toList()));
    }

    private CompletableFuture<DescribeShareGroupOffsetsResponseGroup> describe(
            DescribeShareGroupOffsetsRequestGroup asked) {
        return this.<Intent>on(
                        asked.groupId(),
                        Intent::refused,
                        (changes, group, now, out) -> new Intent(Errors.NONE, StateChanges.known(group), 0))
                .thenCompose(found -> {
                    if (found.error() != Errors.NONE) {
                        return CompletableFuture.completedFuture(new DescribeShareGroupOffsetsResponseGroup()
                                .setGroupId(asked.groupId())
                                .setErrorCode(found.error().code())
                                .setErrorMessage(found.error().message()));
                    }
                    ShareOffsetAnswers answers = new ShareOffsetAnswers(topics);
                    NavigableSet<Place> places = answers.wanted(asked, found.places());
                    return states.progress(asked.groupId(), places)
                            .thenCombine(
                                    ends.of(places),
                                    (progress, ends) -> answers.described(
                                            asked, found.places(), new ShareOffsetAnswers.Known(progress, ends)));
                });
    }

    // ---- setting

    /// AlterShareGroupOffsets of a group without members: each partition begins anew where the request says.
    public CompletableFuture<AlterShareGroupOffsetsResponseData> alter(AlterShareGroupOffsetsRequestData request) {
        SortedMap<Place, Long> starts = new TreeMap<>();
        for (var topic : request.topics()) {
            topics.idOf(topic.topicName())
                    .ifPresent(topicId -> topic.partitions().stream()
                            .filter(asked -> isPartition(topicId, asked.partitionIndex()) && asked.startOffset() >= 0)
                            .forEach(asked ->
                                    starts.put(new Place(topicId, asked.partitionIndex()), asked.startOffset())));
        }
        return this.<Intent>on(
                        request.groupId(),
                        Intent::refused,
                        (changes, group, now, out) -> changes.begin(group, new TreeSet<>(starts.keySet()), now, out))
                .thenCompose(intent -> {
                    if (intent.error() != Errors.NONE) {
                        return CompletableFuture.completedFuture(new AlterShareGroupOffsetsResponseData()
                                .setErrorCode(intent.error().code())
                                .setErrorMessage(intent.error().message()));
                    }
                    return states.initialise(beginning(request.groupId(), starts, intent.stateEpoch()))
                            .thenCompose(answer -> begun(request, answer));
                });
    }

    private static InitializeShareGroupStateRequestData beginning(
            String groupId, SortedMap<Place, Long> starts, int stateEpoch) {
        SortedMap<Uuid, InitializeStateData> byTopic = new TreeMap<>();
        starts.forEach((place, start) -> byTopic.computeIfAbsent(
                        place.topicId(), topicId -> new InitializeStateData().setTopicId(topicId))
                .partitions()
                .add(new PartitionData()
                        .setPartition(place.partition())
                        .setStateEpoch(stateEpoch)
                        .setStartOffset(start)));
        return new InitializeShareGroupStateRequestData().setGroupId(groupId).setTopics(List.copyOf(byTopic.values()));
    }

    private CompletableFuture<AlterShareGroupOffsetsResponseData> begun(
            AlterShareGroupOffsetsRequestData request, InitializeShareGroupStateResponseData answer) {
        Map<Place, Errors> outcomes = new TreeMap<>();
        answer.results()
                .forEach(topic -> topic.partitions()
                        .forEach(partition -> outcomes.put(
                                new Place(topic.topicId(), partition.partition()),
                                Errors.forCode(partition.errorCode()))));
        Set<Place> begun = new HashSet<>(outcomes.keySet());
        begun.removeIf(place -> outcomes.get(place) != Errors.NONE);
        return this.<Errors>on(request.groupId(), error -> error, (changes, group, now, out) -> {
                    changes.begun(group, begun, now, out);
                    return Errors.NONE;
                })
                .thenApply(error -> error == Errors.NONE
                        ? new ShareOffsetAnswers(topics).altered(request, outcomes)
                        : new AlterShareGroupOffsetsResponseData()
                                .setErrorCode(error.code())
                                .setErrorMessage(error.message()));
    }

    // ---- ending

    /// DeleteShareGroupOffsets of a group without members: of these topics it knows nothing any more.
    public CompletableFuture<DeleteShareGroupOffsetsResponseData> delete(DeleteShareGroupOffsetsRequestData request) {
        Set<Uuid> topicIds = new HashSet<>();
        request.topics().forEach(topic -> topics.idOf(topic.topicName()).ifPresent(topicIds::add));
        return end(request.groupId(), topicIds::contains)
                .thenApply(error -> error == Errors.NONE
                        ? new ShareOffsetAnswers(topics).deleted(request)
                        : new DeleteShareGroupOffsetsResponseData()
                                .setErrorCode(error.code())
                                .setErrorMessage(error.message()));
    }

    /// Ends all states of a group, if it is a share group, before the group itself is deleted: one of the same name
    /// begins anew then.
    CompletableFuture<Errors> endAll(String groupId) {
        return end(groupId, topicId -> true)
                .thenApply(error -> error == Errors.GROUP_ID_NOT_FOUND ? Errors.NONE : error);
    }

    private CompletableFuture<Errors> end(String groupId, Predicate<Uuid> ofTopics) {
        return this.<Intent>on(
                        groupId, Intent::refused, (changes, group, now, out) -> changes.end(group, ofTopics, now, out))
                .thenCompose(intent -> intent.error() != Errors.NONE
                        ? CompletableFuture.completedFuture(intent.error())
                        : states.delete(groupId, intent.places(), intent.stateEpoch())
                                .thenCompose(gone -> ended(groupId, intent.places(), gone, ofTopics)));
    }

    private CompletableFuture<Errors> ended(
            String groupId, NavigableSet<Place> asked, Set<Place> gone, Predicate<Uuid> ofTopics) {
        Set<Uuid> unsure = new HashSet<>();
        asked.stream().filter(place -> !gone.contains(place)).forEach(place -> unsure.add(place.topicId()));
        return on(groupId, error -> error, (changes, group, now, out) -> {
            changes.ended(group, topicId -> ofTopics.test(topicId) && !unsure.contains(topicId), now, out);
            return unsure.isEmpty() ? Errors.NONE : Errors.COORDINATOR_NOT_AVAILABLE;
        });
    }

    // ---- the group

    private interface Step<A> {
        A take(StateChanges changes, ShareGroup group, Moment now, Effects out);
    }

    /// Runs a step on a share group; refuses it with GROUP_ID_NOT_FOUND if there is none of this name.
    private <A> CompletableFuture<A> on(String groupId, Function<Errors, A> refusal, Step<A> step) {
        return runtime.submit(
                shardOf.applyAsInt(groupId),
                refusal,
                (groups, ticket, now, out) -> groups.shares()
                        .change(
                                groupId,
                                group -> step.take(groups.shares().changes(), group, now, out),
                                refusal.apply(Errors.GROUP_ID_NOT_FOUND),
                                ticket,
                                out));
    }

    private boolean isPartition(Uuid topicId, int partition) {
        return partition >= 0 && partition < topics.partitionsOf(topicId);
    }
}
