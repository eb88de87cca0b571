package io.kurier.coordinator.group.share;

import io.kurier.coordinator.TopicMetadata;
import io.kurier.coordinator.group.classic.GroupEvent.Kind;
import io.kurier.coordinator.group.consumer.assignor.Place;
import io.kurier.coordinator.runtime.Effects;
import io.kurier.coordinator.runtime.Moment;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// What everybody of a share group is to read, made anew when members, wishes, topics or states change. Each change is
/// a new epoch of the group, and of its target.
final class ShareTargets {
    private final TopicMetadata topics;

    ShareTargets(TopicMetadata topics) {
        this.topics = topics;
    }

    /// Makes a new target if anything it rests on may have changed.
    ///
    /// @param changed members or their wishes did
    void renew(ShareGroup group, boolean changed, Moment now, Effects out) {
        long version = topics.version();
        if (!changed && group.topicsVersion == version) {
            return;
        }
        SortedMap<String, NavigableSet<Place>> next = ShareAssignor.assign(wanted(group), group.targets());
        group.topicsVersion = version;
        if (!changed && next.equals(group.targets())) {
            return;
        }
        group.epoch++;
        group.isStored = true;
        out.write(ShareRecords.group(group, now.wallMs()));
        next.forEach((memberId, places) -> {
            if (!places.equals(group.targets().get(memberId))) {
                group.setTarget(memberId, places);
                out.write(ShareRecords.target(group.id, memberId, places, now.wallMs()));
            }
        });
        group.targetEpoch = group.epoch;
        out.write(ShareRecords.targetEpoch(group.id, group.targetEpoch, now.wallMs()));
        group.remember(now.wallMs(), group.isEmpty() ? Kind.EMPTY : Kind.GENERATION, "", group.size() + " members");
    }

    /// What each member wants and can read: partitions that exist, and whose state has begun.
    private SortedMap<String, NavigableSet<Place>> wanted(ShareGroup group) {
        Map<NavigableSet<String>, NavigableSet<Place>> readable = new HashMap<>();
        SortedMap<String, NavigableSet<Place>> wanted = new TreeMap<>();
        for (ShareMember member : group.members()) {
            // as a rule all want the same: one set for all of them
            wanted.put(member.id, readable.computeIfAbsent(member.profile.topics(), names -> readable(group, names)));
        }
        return wanted;
    }

    private NavigableSet<Place> readable(ShareGroup group, NavigableSet<String> names) {
        NavigableSet<Place> places = new TreeSet<>();
        for (String name : names) {
            topics.idOf(name)
                    .ifPresent(topicId -> places.addAll(group.states
                            .initialised()
                            .subSet(
                                    new Place(topicId, 0),
                                    true,
                                    new Place(topicId, topics.partitionsOf(topicId)),
                                    false)));
        }
        return places;
    }
}
