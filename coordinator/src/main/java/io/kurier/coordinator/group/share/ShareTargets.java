package io.kurier.coordinator.group.share;

import io.kurier.coordinator.TopicMetadata;
import io.kurier.coordinator.group.GroupConfigs;
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
/// a new epoch of the group; its target follows at once, or when the last one is old enough.
final class ShareTargets {
    private final ShareSettings settings;
    private final GroupConfigs configs;
    private final TopicMetadata topics;

    ShareTargets(ShareSettings settings, GroupConfigs configs, TopicMetadata topics) {
        this.settings = settings;
        this.configs = configs;
        this.topics = topics;
    }

    /// Asks for a new target if members or their wishes have changed, and makes it when it may be made, if anything it
    /// rests on has changed.
    ///
    /// @param changed members or their wishes did
    void renew(ShareGroup group, boolean changed, Moment now, Effects out) {
        if (changed) {
            nextEpoch(group, now, out);
        }
        if (waitMs(group, now) > 0 || isCurrent(group)) {
            return;
        }
        SortedMap<String, NavigableSet<Place>> next = ShareAssignor.assign(wanted(group), group.targets());
        group.topicsVersion = topics.version();
        group.pace.made(now);
        if (group.epoch == group.targetEpoch) {
            if (next.equals(group.targets())) {
                return;
            }
            nextEpoch(group, now, out);
        }
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

    private static void nextEpoch(ShareGroup group, Moment now, Effects out) {
        group.epoch++;
        group.isStored = true;
        out.write(ShareRecords.group(group, now.wallMs()));
    }

    private boolean isCurrent(ShareGroup group) {
        return group.epoch == group.targetEpoch && group.topicsVersion == topics.version();
    }

    /// How long a new target has to wait; 0 if none is wanted.
    int waitMs(ShareGroup group, Moment now) {
        int intervalMs = configs.integer(group.id, "share.assignment.interval.ms", settings.assignmentIntervalMs());
        return isCurrent(group) ? 0 : group.pace.waitMs(intervalMs, group.size(), now);
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
