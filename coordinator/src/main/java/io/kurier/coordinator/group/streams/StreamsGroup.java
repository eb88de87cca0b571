package io.kurier.coordinator.group.streams;

import io.kurier.coordinator.TopicNames;
import io.kurier.coordinator.group.classic.GroupEvent;
import io.kurier.coordinator.group.classic.GroupEvent.Kind;
import io.kurier.coordinator.group.classic.GroupHistory;
import io.kurier.coordinator.group.consumer.assignor.Place;
import io.kurier.coordinator.group.pace.AssignmentPace;
import io.kurier.coordinator.group.streams.assignor.TaskId;
import io.kurier.coordinator.group.streams.assignor.Tasks;
import io.kurier.coordinator.group.streams.topology.Plan;
import io.kurier.coordinator.runtime.Moment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.coordinator.group.generated.StreamsGroupTopologyValue;
import org.jspecify.annotations.Nullable;

/// The state of one streams group (KIP-1071). What may happen to it is in [StreamsProtocol]; here are the facts, and
/// the two rules that always hold: a task is active at one member at most, and no process has a task twice.
public final class StreamsGroup {
    final String id;
    private final SortedMap<String, StreamsMember> members = new TreeMap<>();
    private final Map<String, String> byInstance = new HashMap<>();
    /// Who has what, to run or still to give up.
    private final Map<Hold, String> holders = new HashMap<>();
    private final Map<String, Set<Hold>> holds = new HashMap<>();
    private final Map<String, Tasks> targets = new HashMap<>();
    private final GroupHistory history;
    final AssignmentPace pace = new AssignmentPace();

    /// What the application is made of; null until the first member says so.
    @Nullable
    StreamsGroupTopologyValue topology;
    /// What that means on the topics there are; null if not known yet.
    @Nullable
    Plan plan;
    /// Of the topics when the plan was made.
    long topicsVersion = -1;
    /// Patterns are not looked at again before.
    long nextLookMs = Long.MIN_VALUE;

    /// Grows whenever the group's members, their topology, or its topics change.
    int epoch;
    /// The epoch that the target was made for.
    int targetEpoch;
    /// Of all that the target depends on besides members; 0 if not known.
    long metadataHash;
    /// Until then no tasks are handed out, as more members may come.
    long delayedUntilMs = Long.MIN_VALUE;
    /// Who asked the application to stop; null if nobody did.
    @Nullable
    String shutdownBy;

    /// Grows whenever a member's tasks or its endpoint change. Not stored: it begins anew at each coordinator, at a
    /// time rather than at 0, so that members notice.
    int endpointEpoch;

    boolean isStored;
    /// Until then records are replayed, some of which may be missing by now: what contradicts them is found at the end.
    private boolean isLoaded;
    private long armedMs = StreamsMember.NEVER;

    /// What can be had by one member only.
    ///
    /// @param processId whose state directory the task's state is in; empty for the right to process it
    private record Hold(String processId, TaskId task) {}

    /// A group whose records are to be replayed.
    ///
    /// @param history what happens to it is added there
    public StreamsGroup(String id, GroupHistory history) {
        this.id = id;
        this.history = history;
    }

    /// A new group, without members.
    public static StreamsGroup empty(String id, GroupHistory history) {
        StreamsGroup group = new StreamsGroup(id, history);
        group.isLoaded = true;
        return group;
    }

    /// True if it has no members.
    public boolean isEmpty() {
        return members.isEmpty();
    }

    /// True if nothing would be lost with it.
    public boolean isBlank() {
        return members.isEmpty() && !isStored && topology == null;
    }

    /// Empty, NotReady, Assigning, Reconciling or Stable: in Kafka's words.
    public String state() {
        if (members.isEmpty()) {
            return "Empty";
        }
        if (plan == null || !plan.isReady()) {
            return "NotReady";
        }
        if (!hasItsTarget()) {
            return "Assigning";
        }
        boolean settled = members.values().stream()
                .allMatch(member -> member.hasLeftForNow()
                        || member.standing.state() == MemberState.STABLE && member.standing.epoch() == targetEpoch);
        return settled ? "Stable" : "Reconciling";
    }

    /// True if its members read this topic.
    public boolean isSubscribedTo(String topic) {
        return !members.isEmpty() && plan != null && plan.reads(topic);
    }

    void remember(long wallMs, Kind kind, String memberId, String detail) {
        history.add(new GroupEvent(wallMs, kind, epoch, memberId, detail));
    }

    // ---- members

    @Nullable
    StreamsMember find(String memberId) {
        return members.get(memberId);
    }

    @Nullable
    StreamsMember findInstance(String instanceId) {
        String memberId = byInstance.get(instanceId);
        return memberId == null ? null : members.get(memberId);
    }

    Collection<StreamsMember> members() {
        return Collections.unmodifiableCollection(members.values());
    }

    /// The same, to take some out meanwhile.
    List<StreamsMember> membersNow() {
        return new ArrayList<>(members.values());
    }

    int size() {
        return members.size();
    }

    /// Adds a member, or takes over what it says of itself now.
    void put(StreamsMember member) {
        members.put(member.id, member);
        if (member.profile.origin().instanceId() != null) {
            byInstance.put(member.profile.origin().instanceId(), member.id);
        }
        stand(member, member.standing);
    }

    /// Takes a member out; what it had is free.
    void remove(StreamsMember member) {
        stand(member, Standing.NEW);
        members.remove(member.id);
        holds.remove(member.id);
        targets.remove(member.id);
        if (member.profile.origin().instanceId() != null) {
            byInstance.remove(member.profile.origin().instanceId(), member.id);
        }
        if (members.isEmpty()) {
            shutdownBy = null;
            delayedUntilMs = Long.MIN_VALUE;
        }
    }

    /// Sets where a member stands.
    ///
    /// @throws IllegalStateException if it had a task that another one has
    void stand(StreamsMember member, Standing standing) {
        Set<Hold> mine = holds.computeIfAbsent(member.id, memberId -> new HashSet<>());
        mine.forEach(hold -> holders.remove(hold, member.id));
        mine.clear();
        member.standing = standing;
        endpointEpoch++;
        String process = member.profile.process().id();
        for (Running tasks : List.of(standing.assigned(), standing.pendingRevocation())) {
            tasks.forEach(task -> hold(member, mine, new Hold("", task)), task -> {});
            tasks.forEach(
                    task -> hold(member, mine, new Hold(process, task)),
                    task -> hold(member, mine, new Hold(process, task)));
        }
    }

    private void hold(StreamsMember member, Set<Hold> mine, Hold hold) {
        mine.add(hold);
        String before = holders.put(hold, member.id);
        if (isLoaded && before != null && !before.equals(member.id)) {
            throw new IllegalStateException(hold + " of group " + id + " is had by " + before + " and " + member.id);
        }
    }

    /// Which tasks the member could get.
    Standing.Free freeFor(StreamsMember member) {
        String process = member.profile.process().id();
        return new Standing.Free(
                task -> isFreeFor(member, new Hold("", task)) && isFreeFor(member, new Hold(process, task)),
                task -> isFreeFor(member, new Hold(process, task)),
                task -> targets.values().stream().anyMatch(target -> target.contains(task)));
    }

    private boolean isFreeFor(StreamsMember member, Hold hold) {
        String holder = holders.get(hold);
        return holder == null || holder.equals(member.id);
    }

    /// All records were replayed, or there were none. Answers members that are stored with a task which somebody else
    /// has: they must go.
    List<StreamsMember> loaded() {
        isLoaded = true;
        return members.values().stream()
                .filter(member -> holds.getOrDefault(member.id, Set.of()).stream()
                        .anyMatch(hold -> !member.id.equals(holders.get(hold))))
                .toList();
    }

    // ---- the target

    /// True if the target is the one of its epoch, false if that has still to be made.
    boolean hasItsTarget() {
        return targetEpoch == epoch;
    }

    /// How long a target that is wanted has to wait; 0 if it may be made, or is there.
    int waitMs(int intervalMs, Moment now) {
        return hasItsTarget() ? 0 : pace.waitMs(intervalMs, members.size(), now);
    }

    Tasks targetOf(String memberId) {
        return targets.getOrDefault(memberId, Tasks.NONE);
    }

    Map<String, Tasks> targets() {
        return Collections.unmodifiableMap(targets);
    }

    void setTarget(String memberId, Tasks tasks) {
        targets.put(memberId, tasks);
    }

    void removeTarget(String memberId) {
        targets.remove(memberId);
    }

    // ---- what its members may do

    /// May this member commit, or read, these offsets? Its epoch must be the one that it was told last, or one since
    /// which it has had all of the tasks that read the partitions (KIP-1071, KIP-1251). Without a member only groups
    /// without members take offsets.
    public Errors checkMember(String memberId, int memberEpoch, Collection<Place> places, TopicNames topics) {
        if (memberEpoch < 0 && memberId.isEmpty() && members.isEmpty()) {
            return Errors.NONE;
        }
        StreamsMember member = members.get(memberId);
        if (member == null) {
            return Errors.UNKNOWN_MEMBER_ID;
        }
        if (memberEpoch == member.standing.epoch()) {
            return Errors.NONE;
        }
        if (memberEpoch > member.standing.epoch() || memberEpoch < 0 || places.isEmpty()) {
            return Errors.STALE_MEMBER_EPOCH;
        }
        boolean hadSinceThen = places.stream().allMatch(place -> {
            int since = topics.nameOf(place.topicId())
                    .flatMap(name -> plan == null ? Optional.empty() : plan.readerOf(name))
                    .map(reader -> member.standing.activeSince(new TaskId(reader, place.partition())))
                    .orElse(-1);
            return since >= 0 && since <= memberEpoch;
        });
        return hadSinceThen ? Errors.NONE : Errors.STALE_MEMBER_EPOCH;
    }

    // ---- its one timer

    /// True if the timer has to be set, to this time: something is due before what it is set to.
    boolean arms(long deadlineMs) {
        if (deadlineMs >= armedMs) {
            return false;
        }
        armedMs = deadlineMs;
        return true;
    }

    /// The timer has fired: the next deadline of any member, or the end of the first members' wait.
    long disarm(long nowMs) {
        armedMs = StreamsMember.NEVER;
        long next = members.values().stream()
                .mapToLong(StreamsMember::deadlineMs)
                .min()
                .orElse(StreamsMember.NEVER);
        return delayedUntilMs > nowMs ? Math.min(next, delayedUntilMs) : next;
    }
}
