package io.kurier.coordinator.group.share;

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
import org.jspecify.annotations.Nullable;

/// The state of one share group (KIP-932). What may happen to it is in [ShareProtocol]; here are the facts.
public final class ShareGroup {
    final String id;
    private final SortedMap<String, ShareMember> members = new TreeMap<>();
    private final Map<String, NavigableSet<Place>> targets = new HashMap<>();
    private final GroupHistory history;
    final AssignmentPace pace = new AssignmentPace();

    /// Grows whenever the group's members, their wishes, or what they can read change.
    int epoch;
    /// The epoch that the target was made for.
    int targetEpoch;
    /// Of the topics when the target was made.
    long topicsVersion = -1;

    StatePartitions states = new StatePartitions();
    /// Of the topics when it was seen to that the states of all their partitions begin.
    long statesVersion = -1;
    /// Until then the share coordinators are asked to begin states; or nobody knows what became of that.
    long initialisingUntilMs = Long.MIN_VALUE;
    /// When they may be asked again.
    long nextInitialiseMs = Long.MIN_VALUE;

    /// Until then an administrator changes its states; nobody may join, or two would begin and end the same.
    long changingUntilMs = Long.MIN_VALUE;

    boolean isStored;
    private long armedMs = ShareMember.NEVER;

    /// @param history told what happens
    /// @param before epochs of groups that there were
    public ShareGroup(String id, GroupHistory history, ShareEpochs before) {
        this.id = id;
        this.history = history;
        this.epoch = before.of(id);
    }

    /// True if it has no members.
    public boolean isEmpty() {
        return members.isEmpty();
    }

    /// True if nothing would be lost with it.
    public boolean isBlank() {
        return members.isEmpty() && !isStored;
    }

    /// Empty or Stable, in Kafka's words: a target is made at once, and members have it with their next heartbeat.
    public String state() {
        return members.isEmpty() ? "Empty" : "Stable";
    }

    /// True if a member wants this topic.
    public boolean isSubscribedTo(String topic) {
        return members.values().stream()
                .anyMatch(member -> member.profile.topics().contains(topic));
    }

    void remember(long wallMs, Kind kind, String memberId, String detail) {
        history.add(new GroupEvent(wallMs, kind, epoch, memberId, detail));
    }

    // ---- members

    @Nullable
    ShareMember find(String memberId) {
        return members.get(memberId);
    }

    Collection<ShareMember> members() {
        return Collections.unmodifiableCollection(members.values());
    }

    /// The same, to take some out meanwhile.
    List<ShareMember> membersNow() {
        return new ArrayList<>(members.values());
    }

    int size() {
        return members.size();
    }

    void put(ShareMember member) {
        members.put(member.id, member);
    }

    void remove(String memberId) {
        members.remove(memberId);
        targets.remove(memberId);
    }

    // ---- the target

    NavigableSet<Place> targetOf(String memberId) {
        return targets.getOrDefault(memberId, Collections.emptyNavigableSet());
    }

    Map<String, NavigableSet<Place>> targets() {
        return Collections.unmodifiableMap(targets);
    }

    void setTarget(String memberId, NavigableSet<Place> places) {
        targets.put(memberId, places);
    }

    void removeTarget(String memberId) {
        targets.remove(memberId);
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
        armedMs = ShareMember.NEVER;
        return members.values().stream()
                .mapToLong(member -> member.sessionDeadlineMs)
                .min()
                .orElse(ShareMember.NEVER);
    }
}
