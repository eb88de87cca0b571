package io.kurier.coordinator.group.consumer;

import io.kurier.coordinator.TopicMetadata;
import io.kurier.coordinator.group.GroupConfigs;
import io.kurier.coordinator.group.classic.GroupEvent.Kind;
import io.kurier.coordinator.group.consumer.assignor.Assignor;
import io.kurier.coordinator.runtime.Effects;
import io.kurier.coordinator.runtime.Moment;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32C;
import org.apache.kafka.common.Uuid;

/// What everybody of a group is to read, made anew when members, wishes or topics change. Each change is a new epoch of
/// the group; its target follows at once, or when the last one is old enough.
final class Targets {
    private final ConsumerSettings settings;
    private final GroupConfigs configs;
    private final TopicMetadata topics;

    Targets(ConsumerSettings settings, GroupConfigs configs, TopicMetadata topics) {
        this.settings = settings;
        this.configs = configs;
        this.topics = topics;
    }

    /// Asks for a new target if something else is wanted, or what is wanted has changed meanwhile, and makes it if it
    /// was asked for and may be made.
    void renewIfChanged(ConsumerGroup group, boolean wishesChanged, Moment now, Effects out) {
        if (wishesChanged) {
            renew(group, now, out);
        } else if (group.topicsVersion != topics.version()) {
            refreshPatterns(group, now, out);
            if (hash(group) == group.topicsHash) {
                group.topicsVersion = versionSeen(group);
            } else {
                renew(group, now, out);
            }
        }
        makeIfDue(group, now, out);
    }

    /// Asks for a new target, and makes it if it may be made.
    void renew(ConsumerGroup group, Moment now, Effects out) {
        refreshPatterns(group, now, out);
        group.topicsVersion = versionSeen(group);
        group.topicsHash = hash(group);
        group.epoch++;
        group.isStored = true;
        out.write(ConsumerRecords.group(group, now.wallMs()));
        makeIfDue(group, now, out);
    }

    /// How long a target that is wanted has to wait; 0 if it may be made, or is there.
    int waitMs(ConsumerGroup group, Moment now) {
        if (group.hasItsTarget()) {
            return 0;
        }
        int intervalMs = configs.integer(group.id, "consumer.assignment.interval.ms", settings.assignmentIntervalMs());
        return group.pace.waitMs(intervalMs, group.size(), now);
    }

    private void makeIfDue(ConsumerGroup group, Moment now, Effects out) {
        if (group.hasItsTarget() || waitMs(group, now) > 0) {
            return;
        }
        assign(group, now, out);
        group.pace.made(now);
        group.targetEpoch = group.epoch;
        out.write(ConsumerRecords.targetEpoch(group.id, group.targetEpoch, now.wallMs()));
        group.remember(
                now.wallMs(),
                group.isEmpty() ? Kind.EMPTY : Kind.GENERATION,
                "",
                group.size() + " members, assignor " + assignor(group).name());
    }

    /// Not the newest one while a pattern has still to be looked at again.
    private long versionSeen(ConsumerGroup group) {
        return group.patterns.areCurrent(topics.version()) ? topics.version() : -1;
    }

    private void refreshPatterns(ConsumerGroup group, Moment now, Effects out) {
        Set<String> used = new HashSet<>();
        for (ConsumerMember member : group.members()) {
            if (member.profile.wishes().pattern() != null) {
                used.add(member.profile.wishes().pattern());
            }
        }
        group.patterns
                .refresh(used, topics, now)
                .forEach((pattern, match) -> out.write(
                        match == null
                                ? ConsumerRecords.noPattern(group.id, pattern, now.wallMs())
                                : ConsumerRecords.pattern(group.id, pattern, match, now.wallMs())));
    }

    private void assign(ConsumerGroup group, Moment now, Effects out) {
        SortedMap<String, Set<Uuid>> subscriptions = new TreeMap<>();
        Map<Uuid, Integer> partitions = new HashMap<>();
        for (ConsumerMember member : group.members()) {
            Set<Uuid> wanted = new HashSet<>();
            for (String topic : group.topicsOf(member)) {
                topics.idOf(topic).ifPresent(topicId -> {
                    int count = topics.partitionsOf(topicId);
                    if (count > 0) {
                        wanted.add(topicId);
                        partitions.put(topicId, count);
                    }
                });
            }
            subscriptions.put(member.id, wanted);
        }
        assignor(group)
                .assign(new Assignor.Question(subscriptions, partitions, group.targets(), group.holders()))
                .forEach((memberId, places) -> {
                    if (!places.equals(group.targets().get(memberId))) {
                        group.setTarget(memberId, places);
                        out.write(ConsumerRecords.target(group.id, memberId, places, now.wallMs()));
                    }
                });
    }

    /// The one that most members ask for, of several the one that is offered first; else the first that is offered.
    Assignor assignor(ConsumerGroup group) {
        Map<String, Integer> votes = new HashMap<>();
        for (ConsumerMember member : group.members()) {
            if (member.profile.wishes().assignor() != null) {
                votes.merge(member.profile.wishes().assignor(), 1, Integer::sum);
            }
        }
        String chosen = settings.assignors().getFirst();
        for (String offered : settings.assignors()) {
            if (votes.getOrDefault(offered, 0) > votes.getOrDefault(chosen, 0)) {
                chosen = offered;
            }
        }
        return byName(chosen).orElseThrow();
    }

    /// The assignor of this name.
    static Optional<Assignor> byName(String name) {
        return Assignor.ALL.stream()
                .filter(assignor -> assignor.name().equals(name))
                .findFirst();
    }

    /// Of everything about the topics that the target depends on.
    private long hash(ConsumerGroup group) {
        NavigableSet<String> wanted = new TreeSet<>();
        group.members().forEach(member -> wanted.addAll(group.topicsOf(member)));
        CRC32C first = new CRC32C();
        CRC32C second = new CRC32C();
        second.update(1);
        for (String topic : wanted) {
            Optional<Uuid> topicId = topics.idOf(topic);
            if (topicId.isPresent()) {
                byte[] said = (topic + ' ' + topicId.get() + ' ' + topics.partitionsOf(topicId.get()) + '\n')
                        .getBytes(StandardCharsets.UTF_8);
                first.update(said);
                for (int i = said.length - 1; i >= 0; i--) {
                    second.update(said[i]);
                }
            }
        }
        return first.getValue() << 32 | second.getValue();
    }
}
