package io.kurier.coordinator.group.consumer;

import io.kurier.coordinator.group.classic.GroupEvent;
import io.kurier.coordinator.group.classic.GroupEvent.Kind;
import io.kurier.coordinator.group.classic.GroupHistory;
import io.kurier.coordinator.group.consumer.assignor.Place;
import io.kurier.coordinator.group.pace.AssignmentPace;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// The state of one consumer group (KIP-848). What may happen to it is in [ConsumerProtocol]; here are the facts, and
/// the two rules that always hold: a partition is had by one member at most, and what a member may read is within what
/// was a target of the group.
public final class ConsumerGroup {
    final String id;
    final Patterns patterns = new Patterns();
    final ExpectedIds expectedIds = new ExpectedIds();
    final AssignmentPace pace = new AssignmentPace();
    private final SortedMap<String, ConsumerMember> members = new TreeMap<>();
    private final Map<String, String> byInstance = new HashMap<>();
    /// Who has a partition, to read or still to give up.
    private final Map<Place, String> holders = new HashMap<>();
    private final Map<String, NavigableSet<Place>> targets = new HashMap<>();
    private final GroupHistory history;

    /// Grows whenever the group's members, their wishes, or their topics change.
    int epoch;
    /// The epoch that the target was made for.
    int targetEpoch;
    /// Of the topics that members want, as the target was made for them; 0 if not known.
    long topicsHash;
    /// Of the topics when the hash was made.
    long topicsVersion = -1;

    boolean isStored;
    /// Until then records are replayed, some of which may be missing by now: what contradicts them is found at the end.
    private boolean isLoaded;
    private long armedMs = ConsumerMember.NEVER;

    /// A group whose records are to be replayed.
    public ConsumerGroup(String id, GroupHistory history) {
        this.id = id;
        this.history = history;
    }

    /// A new group, without members.
    public static ConsumerGroup empty(String id, GroupHistory history) {
        ConsumerGroup group = new ConsumerGroup(id, history);
        group.isLoaded = true;
        return group;
    }

    /// True if it has no members.
    public boolean isEmpty() {
        return members.isEmpty();
    }

    /// True if this is one of its members.
    public boolean has(String memberId) {
        return members.containsKey(memberId);
    }

    /// True if this is one of its members, and speaks the classic protocol.
    public boolean isClassic(String memberId) {
        ConsumerMember member = members.get(memberId);
        return member != null && member.isClassic();
    }

    /// True if it has members, no more than this, and all of them speak the classic protocol.
    public boolean canBeClassic(int mostMembers) {
        return !members.isEmpty()
                && members.size() <= mostMembers
                && members.values().stream().allMatch(ConsumerMember::isClassic);
    }

    /// The highest epoch that any member has come to: what is newer nobody has heard of.
    public int reachedEpoch() {
        return members.values().stream()
                .mapToInt(member -> member.standing.epoch())
                .max()
                .orElse(epoch);
    }

    /// Expects clients to come with these ids.
    public void expect(List<String> memberIds, long deadlineMs, long nowMs) {
        memberIds.forEach(memberId -> expectedIds.add(memberId, deadlineMs, nowMs));
    }

    /// True if nothing would be lost with it.
    public boolean isBlank() {
        return members.isEmpty() && !isStored;
    }

    /// Empty, Assigning, Reconciling or Stable: in Kafka's words.
    public String state() {
        if (members.isEmpty()) {
            return "Empty";
        }
        if (!hasItsTarget()) {
            return "Assigning";
        }
        boolean settled = members.values().stream()
                .allMatch(member -> member.hasLeftForNow()
                        || member.standing.state() == MemberState.STABLE && member.standing.epoch() == targetEpoch);
        return settled ? "Stable" : "Reconciling";
    }

    /// True if a member wants this topic.
    public boolean isSubscribedTo(String topic) {
        return members.values().stream().anyMatch(member -> topicsOf(member).contains(topic));
    }

    void remember(long wallMs, Kind kind, String memberId, String detail) {
        history.add(new GroupEvent(wallMs, kind, epoch, memberId, detail));
    }

    // ---- members

    @Nullable
    ConsumerMember find(String memberId) {
        return members.get(memberId);
    }

    @Nullable
    ConsumerMember findInstance(String instanceId) {
        String memberId = byInstance.get(instanceId);
        return memberId == null ? null : members.get(memberId);
    }

    Collection<ConsumerMember> members() {
        return Collections.unmodifiableCollection(members.values());
    }

    /// The same, to take some out meanwhile.
    List<ConsumerMember> membersNow() {
        return new ArrayList<>(members.values());
    }

    int size() {
        return members.size();
    }

    /// Adds a member, or takes over what it says of itself now.
    void put(ConsumerMember member) {
        members.put(member.id, member);
        if (member.profile.origin().instanceId() != null) {
            byInstance.put(member.profile.origin().instanceId(), member.id);
        }
    }

    /// Takes a member out; what it had is free.
    void remove(ConsumerMember member) {
        stand(member, Standing.NEW);
        members.remove(member.id);
        targets.remove(member.id);
        if (member.profile.origin().instanceId() != null) {
            byInstance.remove(member.profile.origin().instanceId(), member.id);
        }
    }

    /// Sets where a member stands.
    ///
    /// @throws IllegalStateException if it had a partition that another one has
    void stand(ConsumerMember member, Standing standing) {
        member.standing.assigned().keySet().forEach(place -> holders.remove(place, member.id));
        member.standing.pendingRevocation().keySet().forEach(place -> holders.remove(place, member.id));
        member.standing = standing;
        standing.assigned().keySet().forEach(place -> hold(member, place));
        standing.pendingRevocation().keySet().forEach(place -> hold(member, place));
    }

    private void hold(ConsumerMember member, Place place) {
        String before = holders.put(place, member.id);
        if (isLoaded && before != null && !before.equals(member.id)) {
            throw new IllegalStateException(
                    "partition " + place + " of group " + id + " is had by " + before + " and " + member.id);
        }
    }

    /// True if no other member has the partition.
    boolean isFreeFor(ConsumerMember member, Place place) {
        String holder = holders.get(place);
        return holder == null || holder.equals(member.id);
    }

    /// Who has a partition, to read or still to give up.
    Map<Place, String> holders() {
        return Collections.unmodifiableMap(holders);
    }

    /// Those that a member wants: by name and by its pattern.
    NavigableSet<String> topicsOf(ConsumerMember member) {
        if (member.profile.wishes().pattern() == null) {
            return member.profile.wishes().topics();
        }
        NavigableSet<String> all = new TreeSet<>(member.profile.wishes().topics());
        all.addAll(patterns.topicsOf(member.profile.wishes().pattern()));
        return all;
    }

    /// All records were replayed, or there were none. Answers members that are stored with a partition which somebody
    /// else has: they must go.
    List<ConsumerMember> loaded() {
        isLoaded = true;
        return members.values().stream()
                .filter(member -> !holdsAll(member, member.standing.assigned())
                        || !holdsAll(member, member.standing.pendingRevocation()))
                .toList();
    }

    private boolean holdsAll(ConsumerMember member, SortedMap<Place, Integer> places) {
        return places.keySet().stream().allMatch(place -> member.id.equals(holders.get(place)));
    }

    // ---- the target

    /// True if the target is the one of its epoch, false if that has still to be made.
    boolean hasItsTarget() {
        return targetEpoch == epoch;
    }

    NavigableSet<Place> targetOf(String memberId) {
        return targets.getOrDefault(memberId, Collections.emptyNavigableSet());
    }

    Map<String, NavigableSet<Place>> targets() {
        return Collections.unmodifiableMap(targets);
    }

    /// True if somebody is to read the partition.
    boolean isInATarget(Place place) {
        return targets.values().stream().anyMatch(target -> target.contains(place));
    }

    void setTarget(String memberId, NavigableSet<Place> places) {
        targets.put(memberId, places);
    }

    void removeTarget(String memberId) {
        targets.remove(memberId);
    }

    // ---- what its members may do

    /// May this member commit, or read, these offsets? Its epoch must be the one that it was told last, or one since
    /// which it has had all of the partitions: so what it sent before it heard of the next one is not lost (KIP-848,
    /// KIP-1251). Without a member only groups without members take offsets.
    public Errors checkMember(String memberId, int memberEpoch, Collection<Place> places) {
        if (memberEpoch < 0 && memberId.isEmpty() && members.isEmpty()) {
            return Errors.NONE;
        }
        ConsumerMember member = members.get(memberId);
        if (member == null) {
            return Errors.UNKNOWN_MEMBER_ID;
        }
        if (memberEpoch == member.standing.epoch()) {
            return Errors.NONE;
        }
        if (memberEpoch > member.standing.epoch() || places.isEmpty()) {
            return Errors.STALE_MEMBER_EPOCH;
        }
        boolean hadSinceThen = places.stream().allMatch(place -> {
            Integer since = member.standing.assigned().get(place);
            Integer sinceRevoked = member.standing.pendingRevocation().get(place);
            return since != null && since <= memberEpoch || sinceRevoked != null && sinceRevoked <= memberEpoch;
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

    /// The timer has fired: the next deadline of any member.
    long disarm() {
        armedMs = ConsumerMember.NEVER;
        return members.values().stream()
                .mapToLong(ConsumerMember::deadlineMs)
                .min()
                .orElse(ConsumerMember.NEVER);
    }
}
