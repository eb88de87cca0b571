package io.kurier.coordinator.group.share;

import io.kurier.coordinator.TopicMetadata;
import io.kurier.coordinator.group.consumer.assignor.Place;
import io.kurier.coordinator.runtime.Effects;
import io.kurier.coordinator.runtime.Moment;
import java.util.Collection;
import java.util.Collections;
import java.util.NavigableSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;

/// What administrators do with the states of a group: they end, or begin anew somewhere else. Only of a group without
/// members, and one thing at a time: what is intended is stored, the share coordinators are asked, and what has become
/// of it is stored. Whoever wants to join meanwhile is told to come again.
public final class StateChanges {
    /// Longer than any request to a share coordinator may take. Then others may try, whatever became of it.
    private static final int LIMIT_MS = 60_000;

    private final TopicMetadata topics;

    StateChanges(TopicMetadata topics) {
        this.topics = topics;
    }

    /// Whether something may be done, and what has to be asked of the share coordinators then.
    ///
    /// @param places whose state is to end or to begin
    /// @param stateEpoch of the states that begin; the last one that may end
    public record Intent(Errors error, NavigableSet<Place> places, int stateEpoch) {
        /// Nothing may be done.
        public static Intent refused(Errors error) {
            return new Intent(error, Collections.emptyNavigableSet(), 0);
        }
    }

    /// Partitions whose state has begun.
    public static NavigableSet<Place> known(ShareGroup group) {
        return new TreeSet<>(group.states.initialised());
    }

    /// The states of some topics are to end. Of topics of which nobody knows what became of them all are named.
    public Intent end(ShareGroup group, Predicate<Uuid> ofTopics, Moment now, Effects out) {
        Errors refusal = refusal(group, now);
        if (refusal != Errors.NONE) {
            return Intent.refused(refusal);
        }
        NavigableSet<Place> places = group.states.end(ofTopics);
        if (!places.isEmpty()) {
            out.write(ShareRecords.states(group, now.wallMs()));
        }
        group.states.deleting().stream().filter(ofTopics).forEach(topicId -> {
            for (int partition = 0; partition < topics.partitionsOf(topicId); partition++) {
                places.add(new Place(topicId, partition));
            }
        });
        group.changingUntilMs = now.nowMs() + LIMIT_MS;
        return new Intent(Errors.NONE, places, group.epoch);
    }

    /// The share coordinators have answered [#end].
    ///
    /// @param ended topics of which all has ended
    public void ended(ShareGroup group, Predicate<Uuid> ended, Moment now, Effects out) {
        group.changingUntilMs = Long.MIN_VALUE;
        if (group.states.ended(ended)) {
            out.write(ShareRecords.states(group, now.wallMs()));
        }
    }

    /// States are to begin, or to begin anew, in a new epoch: whoever still holds records of the earlier one is fenced.
    public Intent begin(ShareGroup group, NavigableSet<Place> places, Moment now, Effects out) {
        Errors refusal = refusal(group, now);
        if (refusal != Errors.NONE) {
            return Intent.refused(refusal);
        }
        group.epoch++;
        group.isStored = true;
        out.write(ShareRecords.group(group, now.wallMs()));
        group.changingUntilMs = now.nowMs() + LIMIT_MS;
        return new Intent(Errors.NONE, places, group.epoch);
    }

    /// The share coordinators have answered [#begin].
    ///
    /// @param begun whose state has begun
    public void begun(ShareGroup group, Collection<Place> begun, Moment now, Effects out) {
        group.changingUntilMs = Long.MIN_VALUE;
        SortedMap<Uuid, String> names = new TreeMap<>();
        begun.forEach(place ->
                names.put(place.topicId(), topics.nameOf(place.topicId()).orElse("")));
        if (group.states.set(begun, names)) {
            out.write(ShareRecords.states(group, now.wallMs()));
        }
    }

    /// Topics of these names are gone, and the share coordinators forget their states by themselves.
    public void topicsDeleted(ShareGroup group, Set<String> deleted, Moment now, Effects out) {
        if (group.states.forget(
                deleted::contains, topicId -> topics.nameOf(topicId).isEmpty())) {
            out.write(ShareRecords.states(group, now.wallMs()));
        }
    }

    private static Errors refusal(ShareGroup group, Moment now) {
        if (!group.isEmpty()) {
            return Errors.NON_EMPTY_GROUP;
        }
        boolean busy = now.nowMs() < Math.max(group.initialisingUntilMs, group.changingUntilMs);
        return busy ? Errors.COORDINATOR_LOAD_IN_PROGRESS : Errors.NONE;
    }
}
