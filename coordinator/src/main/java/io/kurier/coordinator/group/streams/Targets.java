package io.kurier.coordinator.group.streams;

import io.kurier.coordinator.TopicMetadata;
import io.kurier.coordinator.group.GroupConfigs;
import io.kurier.coordinator.group.classic.GroupEvent.Kind;
import io.kurier.coordinator.group.streams.assignor.StickyAssignor;
import io.kurier.coordinator.group.streams.assignor.TaskQuestion;
import io.kurier.coordinator.group.streams.assignor.Tasks;
import io.kurier.coordinator.group.streams.topology.Plan;
import io.kurier.coordinator.group.streams.topology.Planner;
import io.kurier.coordinator.runtime.Effects;
import io.kurier.coordinator.runtime.Moment;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.apache.kafka.common.Uuid;

/// What everybody of a group is to run, made anew when members, topology or topics change. Each change is a new epoch
/// of the group; its target follows at once, or when the last one is old enough.
final class Targets {
    /// All topics are matched with a group's patterns at most so often, however often topics change.
    private static final long LEAST_MS = 10_000;

    private final StreamsSettings settings;
    private final GroupConfigs configs;
    private final TopicMetadata topics;

    Targets(StreamsSettings settings, GroupConfigs configs, TopicMetadata topics) {
        this.settings = settings;
        this.configs = configs;
        this.topics = topics;
    }

    /// Asks for a new target if members have changed, or topics have meanwhile, or the first members have waited long
    /// enough, and makes it if it was asked for and may be made.
    ///
    /// @param force looks at the topics, however short ago that was done
    void renewIfChanged(StreamsGroup group, boolean membersChanged, boolean force, Moment now, Effects out) {
        look(group, force, now);
        if (membersChanged || group.metadataHash != hash(group, now)) {
            renew(group, now, out);
        }
        makeIfDue(group, now, out);
    }

    /// Asks for a new target, and makes it if it may be made.
    void renew(StreamsGroup group, Moment now, Effects out) {
        look(group, false, now);
        group.metadataHash = hash(group, now);
        group.epoch++;
        group.isStored = true;
        out.write(StreamsRecords.group(group, now.wallMs()));
        makeIfDue(group, now, out);
    }

    private void makeIfDue(StreamsGroup group, Moment now, Effects out) {
        int intervalMs = settings.of(configs, group.id).assignmentIntervalMs();
        if (group.hasItsTarget() || group.waitMs(intervalMs, now) > 0) {
            return;
        }
        assign(group, now, out);
        if (!isDelayed(group, now)) {
            group.pace.made(now);
        }
        group.targetEpoch = group.epoch;
        out.write(StreamsRecords.targetEpoch(group.id, group.targetEpoch, now.wallMs()));
        group.remember(
                now.wallMs(),
                group.isEmpty() ? Kind.EMPTY : Kind.GENERATION,
                "",
                group.size() + " members, assignor " + StickyAssignor.NAME);
    }

    /// Makes the plan anew if the topics have changed.
    private void look(StreamsGroup group, boolean force, Moment now) {
        if (group.topology == null) {
            return;
        }
        long version = topics.version();
        if (group.plan != null && group.topicsVersion == version) {
            return;
        }
        if (group.plan != null && !force && now.nowMs() < group.nextLookMs && Planner.hasPatterns(group.topology)) {
            return;
        }
        group.plan = Planner.plan(group.topology, topics);
        group.topicsVersion = version;
        group.nextLookMs = now.nowMs() + LEAST_MS;
    }

    private void assign(StreamsGroup group, Moment now, Effects out) {
        TaskQuestion question = question(group, now);
        SortedMap<String, Tasks> assigned = StickyAssignor.assign(question);
        for (StreamsMember member : group.members()) {
            Tasks tasks = assigned.getOrDefault(member.id, Tasks.NONE);
            if (!tasks.equals(group.targets().get(member.id))) {
                group.setTarget(member.id, tasks);
                out.write(StreamsRecords.target(group.id, member.id, tasks, now.wallMs()));
            }
        }
    }

    /// Members that know another topology than the group's cannot run its tasks, and nobody can while topics are
    /// missing.
    private TaskQuestion question(StreamsGroup group, Moment now) {
        SortedMap<String, TaskQuestion.Runner> members = new TreeMap<>();
        SortedMap<String, TaskQuestion.Part> tasks = new TreeMap<>();
        Plan plan = group.plan;
        if (group.topology != null && plan != null && plan.isReady() && !isDelayed(group, now)) {
            int epoch = group.topology.epoch();
            group.members().stream()
                    .filter(member -> member.profile.topologyEpoch() == epoch)
                    .forEach(member -> members.put(
                            member.id,
                            new TaskQuestion.Runner(
                                    member.profile.process().id(),
                                    member.profile.process().tags())));
            plan.parts().forEach((id, part) -> tasks.put(id, new TaskQuestion.Part(part.tasks(), part.isStateful())));
        }
        StreamsSettings ofGroup = settings.of(configs, group.id);
        return new TaskQuestion(members, tasks, group.targets(), ofGroup.standbyReplicas(), ofGroup.rackTags());
    }

    static boolean isDelayed(StreamsGroup group, Moment now) {
        return now.nowMs() < group.delayedUntilMs;
    }

    /// Of everything besides members that the target depends on; 0 while the group waits for its first members, so that
    /// whoever is its coordinator then makes a target.
    private long hash(StreamsGroup group, Moment now) {
        if (isDelayed(group, now)) {
            return 0;
        }
        StringBuilder said = new StringBuilder();
        StreamsSettings ofGroup = settings.of(configs, group.id);
        said.append(ofGroup.standbyReplicas()).append(ofGroup.rackTags()).append('\n');
        Plan plan = group.plan;
        if (group.topology != null && plan != null) {
            said.append(group.topology.epoch()).append(plan.isReady()).append('\n');
            plan.parts().forEach((id, part) -> {
                said.append(id).append(part.tasks()).append(part.isStateful());
                part.sources()
                        .forEach((topic, count) -> said.append(topic)
                                .append(' ')
                                .append(topics.idOf(topic).orElse(Uuid.ZERO_UUID))
                                .append(' ')
                                .append(count)
                                .append('\n'));
            });
        }
        byte[] bytes = said.toString().getBytes(StandardCharsets.UTF_8);
        CRC32C forwards = new CRC32C();
        forwards.update(bytes);
        CRC32C backwards = new CRC32C();
        for (int i = bytes.length - 1; i >= 0; i--) {
            backwards.update(bytes[i]);
        }
        return forwards.getValue() << 32 | backwards.getValue();
    }
}
