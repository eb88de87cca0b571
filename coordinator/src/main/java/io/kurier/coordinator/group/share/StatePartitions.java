package io.kurier.coordinator.group.share;

import io.kurier.coordinator.group.consumer.assignor.Place;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.coordinator.group.generated.ShareGroupStatePartitionMetadataValue;
import org.apache.kafka.coordinator.group.generated.ShareGroupStatePartitionMetadataValue.TopicInfo;
import org.apache.kafka.coordinator.group.generated.ShareGroupStatePartitionMetadataValue.TopicPartitionsInfo;

/// Of which partitions a share group's state is kept, or is about to be. Members read only partitions whose state has
/// begun: nothing that they acknowledge could be kept otherwise.
final class StatePartitions {
    private final NavigableSet<Place> initialising = new TreeSet<>();
    private final NavigableSet<Place> initialised = new TreeSet<>();
    private final SortedMap<Uuid, String> deleting = new TreeMap<>();
    private final SortedMap<Uuid, String> names = new TreeMap<>();

    /// Those whose state has begun.
    NavigableSet<Place> initialised() {
        return Collections.unmodifiableNavigableSet(initialised);
    }

    /// Those whose state is to begin.
    NavigableSet<Place> initialising() {
        return Collections.unmodifiableNavigableSet(initialising);
    }

    /// These are to begin; true if that is news of any.
    boolean begin(Collection<Place> places, SortedMap<Uuid, String> topicNames) {
        boolean changed = false;
        for (Place place : places) {
            if (!initialised.contains(place) && initialising.add(place)) {
                deleting.remove(place.topicId());
                names.put(place.topicId(), topicNames.getOrDefault(place.topicId(), ""));
                changed = true;
            }
        }
        return changed;
    }

    /// The state of these has begun; true if that is news of any.
    boolean begun(Collection<Place> places) {
        boolean changed = false;
        for (Place place : places) {
            if (initialising.remove(place)) {
                initialised.add(place);
                changed = true;
            }
        }
        return changed;
    }

    /// Those that were to begin and cannot any more; true if there were any.
    boolean drop(Predicate<Place> isGone) {
        return initialising.removeIf(isGone);
    }

    /// Nothing is left of these topics: their states go with them. True if that is news of any.
    boolean forget(Predicate<String> topicNames, Predicate<Uuid> isGone) {
        Predicate<Uuid> which = topicId -> topicNames.test(names.getOrDefault(topicId, "")) && isGone.test(topicId);
        Predicate<Place> ofThem = place -> which.test(place.topicId());
        return initialising.removeIf(ofThem)
                | initialised.removeIf(ofThem)
                | deleting.keySet().removeIf(which);
    }

    /// The state of some topics is to end: their partitions whose state has begun, or may have. Until [#ended] the
    /// topics stand as [#deleting].
    NavigableSet<Place> end(Predicate<Uuid> topics) {
        NavigableSet<Place> ending = new TreeSet<>(initialised);
        ending.addAll(initialising);
        ending.removeIf(place -> !topics.test(place.topicId()));
        ending.forEach(place -> {
            initialised.remove(place);
            initialising.remove(place);
            deleting.put(place.topicId(), names.getOrDefault(place.topicId(), ""));
        });
        return ending;
    }

    /// Topics whose state is to end, or whose end nobody has heard of.
    Collection<Uuid> deleting() {
        return Collections.unmodifiableCollection(deleting.keySet());
    }

    /// The state of these topics has ended; true if that is news of any.
    boolean ended(Predicate<Uuid> topics) {
        return deleting.keySet().removeIf(topics);
    }

    /// The state of these has begun, whether or not anybody wanted it; true if that is news of any.
    boolean set(Collection<Place> places, SortedMap<Uuid, String> topicNames) {
        return begin(places, topicNames) | begun(places);
    }

    /// As it is stored.
    ShareGroupStatePartitionMetadataValue stored() {
        return new ShareGroupStatePartitionMetadataValue()
                .setInitializingTopics(topics(initialising))
                .setInitializedTopics(topics(initialised))
                .setDeletingTopics(deleting.entrySet().stream()
                        .map(topic -> new TopicInfo().setTopicId(topic.getKey()).setTopicName(topic.getValue()))
                        .toList());
    }

    private List<TopicPartitionsInfo> topics(NavigableSet<Place> places) {
        List<TopicPartitionsInfo> topics = new ArrayList<>();
        ShareRecords.byTopic(places)
                .forEach((topicId, partitions) -> topics.add(new TopicPartitionsInfo()
                        .setTopicId(topicId)
                        .setTopicName(names.getOrDefault(topicId, ""))
                        .setPartitions(partitions)));
        return topics;
    }

    /// As it was stored.
    static StatePartitions of(ShareGroupStatePartitionMetadataValue value) {
        StatePartitions states = new StatePartitions();
        states.add(value.initializingTopics(), states.initialising);
        states.add(value.initializedTopics(), states.initialised);
        value.deletingTopics().forEach(topic -> states.deleting.put(topic.topicId(), topic.topicName()));
        return states;
    }

    private void add(List<TopicPartitionsInfo> topics, NavigableSet<Place> places) {
        for (TopicPartitionsInfo topic : topics) {
            names.put(topic.topicId(), topic.topicName());
            topic.partitions().forEach(partition -> places.add(new Place(topic.topicId(), partition)));
        }
    }
}
