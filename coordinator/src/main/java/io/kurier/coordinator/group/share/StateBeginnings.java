package io.kurier.coordinator.group.share;

import io.kurier.coordinator.TopicMetadata;
import io.kurier.coordinator.group.consumer.assignor.Place;
import io.kurier.coordinator.runtime.Effects;
import io.kurier.coordinator.runtime.Moment;
import io.kurier.coordinator.runtime.Ticket;
import java.util.Collection;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.InitializeShareGroupStateRequestData;
import org.apache.kafka.common.message.InitializeShareGroupStateRequestData.InitializeStateData;
import org.apache.kafka.common.message.InitializeShareGroupStateRequestData.PartitionData;

/// Sees to it that the state of all partitions that a group's members want begins, before anybody reads them: stored as
/// to begin, then asked of the share coordinators, then stored as begun. One request at a time for a group; what failed
/// is asked for again.
final class StateBeginnings {
    /// No leader has chosen where to start.
    private static final long NOT_CHOSEN = -1;

    private static final int RETRY_MS = 1_000;
    /// Longer than any request to a share coordinator may take.
    private static final int LIMIT_MS = 60_000;

    private final TopicMetadata topics;
    private final Consumer<InitializeShareGroupStateRequestData> initialise;

    /// @param initialise is told which states are to begin, when that is stored
    StateBeginnings(TopicMetadata topics, Consumer<InitializeShareGroupStateRequestData> initialise) {
        this.topics = topics;
        this.initialise = initialise;
    }

    /// Asks for what has not begun.
    ///
    /// @param changed members or their wishes did
    void ask(ShareGroup group, boolean changed, Moment now, Effects out) {
        long version = topics.version();
        if (changed || group.statesVersion != version) {
            group.statesVersion = version;
            boolean dropped =
                    group.states.drop(place -> topics.nameOf(place.topicId()).isEmpty());
            if (want(group) || dropped) {
                out.write(ShareRecords.states(group, now.wallMs()));
            }
        }
        if (!group.states.initialising().isEmpty()
                && now.nowMs() >= Math.max(group.initialisingUntilMs, group.nextInitialiseMs)) {
            group.initialisingUntilMs = now.nowMs() + LIMIT_MS;
            InitializeShareGroupStateRequestData request = request(group);
            Ticket<InitializeShareGroupStateRequestData> stored = new Ticket<>(error -> request);
            var _ = stored.answer().thenAccept(initialise);
            out.answer(stored, request);
        }
    }

    private boolean want(ShareGroup group) {
        NavigableSet<String> names = new TreeSet<>();
        group.members().forEach(member -> names.addAll(member.profile.topics()));
        NavigableSet<Place> wanted = new TreeSet<>();
        SortedMap<Uuid, String> known = new TreeMap<>();
        for (String name : names) {
            topics.idOf(name).ifPresent(topicId -> {
                known.put(topicId, name);
                for (int partition = 0; partition < topics.partitionsOf(topicId); partition++) {
                    wanted.add(new Place(topicId, partition));
                }
            });
        }
        return group.states.begin(wanted, known);
    }

    /// The state epoch is the group's: whoever sets offsets later takes a higher one.
    private static InitializeShareGroupStateRequestData request(ShareGroup group) {
        InitializeShareGroupStateRequestData request = new InitializeShareGroupStateRequestData().setGroupId(group.id);
        ShareRecords.byTopic(group.states.initialising())
                .forEach((topicId, partitions) -> request.topics()
                        .add(new InitializeStateData()
                                .setTopicId(topicId)
                                .setPartitions(partitions.stream()
                                        .map(partition -> new PartitionData()
                                                .setPartition(partition)
                                                .setStateEpoch(group.epoch)
                                                .setStartOffset(NOT_CHOSEN))
                                        .toList())));
        return request;
    }

    /// The share coordinators have answered.
    void begun(ShareGroup group, Collection<Place> places, Moment now, Effects out) {
        group.initialisingUntilMs = Long.MIN_VALUE;
        if (group.states.begun(places)) {
            out.write(ShareRecords.states(group, now.wallMs()));
            group.topicsVersion = -1; // there is more to read
        }
        if (!group.states.initialising().isEmpty()) {
            group.nextInitialiseMs = now.nowMs() + RETRY_MS;
        }
    }
}
