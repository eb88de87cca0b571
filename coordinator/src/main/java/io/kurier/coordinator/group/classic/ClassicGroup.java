package io.kurier.coordinator.group.classic;

import io.kurier.coordinator.group.classic.GroupEvent.Kind;
import io.kurier.coordinator.group.records.GroupRecords;
import io.kurier.protocol.records.NewRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroupMember;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.coordinator.group.generated.GroupMetadataValue;
import org.jspecify.annotations.Nullable;

/// The state of one classic group. What may happen to it is in [Joining], [Syncing], [Leaving] and [Rebalance]; here
/// are the facts, the deadlines, and what is stored.
public final class ClassicGroup {
    static final long NEVER = Long.MAX_VALUE;

    final String id;
    final Membership members = new Membership();
    private final GroupHistory history;

    private GroupState state = GroupState.EMPTY;
    private boolean stored;
    private long stateSinceWallMs = -1;

    @Nullable
    String protocolType;

    @Nullable
    String protocol;

    int generation;

    /// The rebalance started from an empty group: it waits for late comers rather than for known members.
    boolean firstRebalance;
    /// Somebody joined since the last look, during a first rebalance.
    boolean newcomers;
    long firstRebalanceRemainingMs;

    long joinDeadlineMs = NEVER;
    long syncDeadlineMs = NEVER;
    /// No later than the earliest deadline of any member or pending member.
    private long earliestMemberDeadlineMs = NEVER;
    private long armedMs = NEVER;

    /// A new, empty group.
    public ClassicGroup(String id, GroupHistory history) {
        this.id = id;
        this.history = history;
    }

    /// Its name.
    public String id() {
        return id;
    }

    /// Where it stands.
    public GroupState state() {
        return state;
    }

    /// Its last generation; 0 if it never had one.
    public int generation() {
        return generation;
    }

    /// The kind of its members, `consumer` for consumers; empty if it never had any.
    public String protocolType() {
        return protocolType == null ? "" : protocolType;
    }

    /// Members that it has now.
    public int size() {
        return members.size();
    }

    /// When it came into its state, in milliseconds since the epoch; -1 if unknown.
    public long stateSinceWallMs() {
        return stateSinceWallMs;
    }

    /// True if nothing would be lost with it: no members, none about to join, nothing stored.
    public boolean isBlank() {
        return state == GroupState.EMPTY && members.pending() == 0 && !stored;
    }

    /// True if it has no members and nobody is about to join.
    public boolean isIdle() {
        return state == GroupState.EMPTY && members.pending() == 0;
    }

    /// True if a record of it is in the log, or on its way there.
    public boolean isStored() {
        return stored;
    }

    /// True if its members are consumers, whose subscriptions can be read.
    public boolean isConsumerGroup() {
        return "consumer".equals(protocolType);
    }

    /// Ids that were given out, or belong to members that were never in a generation: who brings one is no stranger.
    public List<String> expectedIds() {
        return HandingOver.expected(this);
    }

    /// True if all of its members, of which there are no more than this, say in a way that can be understood which
    /// topics they want: so a consumer group can take them over.
    public boolean canBeHandedOver(int mostMembers) {
        return (members.isEmpty() || isConsumerGroup())
                && members.size() <= mostMembers
                && members.all().stream()
                        .allMatch(
                                member -> Subscriptions.read(member.preferred()).isPresent());
    }

    /// True if a member reads this topic, or if nobody can tell.
    public boolean isSubscribedTo(String topic) {
        if (members.isEmpty()) {
            return false;
        }
        if (protocol == null) {
            return true;
        }
        return Subscriptions.topicsOf(members.all(), protocol)
                .map(topics -> topics.contains(topic))
                .orElse(true);
    }

    /// As DescribeGroups shows it: metadata and assignments only while it is stable.
    public DescribedGroup describe() {
        boolean stable = state == GroupState.STABLE;
        return new DescribedGroup()
                .setGroupId(id)
                .setGroupState(state.shown())
                .setProtocolType(protocolType())
                .setProtocolData(stable && protocol != null ? protocol : "")
                .setMembers(members.all().stream()
                        .map(member -> new DescribedGroupMember()
                                .setMemberId(member.id)
                                .setGroupInstanceId(member.instanceId)
                                .setClientId(member.clientId)
                                .setClientHost(member.clientHost)
                                .setMemberMetadata(stable ? member.metadata(protocol) : new byte[0])
                                .setMemberAssignment(stable ? member.assignment : new byte[0]))
                        .toList());
    }

    /// A group that is not there.
    public static DescribedGroup describeNone(String groupId) {
        return new DescribedGroup().setGroupId(groupId).setGroupState(GroupState.DEAD.shown());
    }

    void transitionTo(GroupState next, Step step) {
        state = next;
        stateSinceWallMs = step.wallMs();
    }

    void remember(Step step, Kind kind, String memberId, String detail) {
        history.add(new GroupEvent(step.wallMs(), kind, generation, memberId, detail));
    }

    /// The rule for every request that claims to be from a member: NONE, UNKNOWN_MEMBER_ID, or FENCED_INSTANCE_ID if
    /// another member has taken over the static identity.
    Errors checkMember(String memberId, @Nullable String instanceId) {
        if (instanceId != null) {
            Member owner = members.findStatic(instanceId);
            if (owner == null) {
                return Errors.UNKNOWN_MEMBER_ID;
            }
            if (!owner.id.equals(memberId)) {
                return Errors.FENCED_INSTANCE_ID;
            }
        }
        return members.find(memberId) == null ? Errors.UNKNOWN_MEMBER_ID : Errors.NONE;
    }

    /// Puts a member's deadline off by `timeoutMs` from now.
    void expect(Member member, long timeoutMs, Step step) {
        member.deadlineMs = step.nowMs() + timeoutMs;
        earliestMemberDeadlineMs = Math.min(earliestMemberDeadlineMs, member.deadlineMs);
    }

    void heardOf(Member member, Step step) {
        expect(member, member.sessionTimeoutMs, step);
    }

    void expectPending(String memberId, long timeoutMs, Step step) {
        long deadlineMs = step.nowMs() + timeoutMs;
        members.addPending(memberId, deadlineMs);
        earliestMemberDeadlineMs = Math.min(earliestMemberDeadlineMs, deadlineMs);
    }

    /// Sets the group's one timer, if something is due before it. The last act of every event.
    void arm(Step step) {
        long nextMs = Math.min(earliestMemberDeadlineMs, Math.min(joinDeadlineMs, syncDeadlineMs));
        if (nextMs < armedMs) {
            armedMs = nextMs;
            step.out().wakeAt(wakeKey(), nextMs);
        }
    }

    /// The key of its timer.
    public String wakeKey() {
        return wakeKey(id);
    }

    /// The key of a group's timer.
    public static String wakeKey(String groupId) {
        return "group " + groupId;
    }

    /// The timer has fired: it has to be set anew. Looks at every member's deadline, once for many heartbeats.
    void disarm() {
        armedMs = NEVER;
        earliestMemberDeadlineMs = NEVER;
        for (Member member : members.all()) {
            if (member.mayExpire()) {
                earliestMemberDeadlineMs = Math.min(earliestMemberDeadlineMs, member.deadlineMs);
            }
        }
        members.eachPending(
                (id, deadlineMs) -> earliestMemberDeadlineMs = Math.min(earliestMemberDeadlineMs, deadlineMs));
    }

    void store(NewRecord record, Step step) {
        step.out().write(record);
        stored = true;
    }

    /// The record of the current generation.
    NewRecord toRecord(Step step) {
        List<GroupMetadataValue.MemberMetadata> stored = new ArrayList<>(members.size());
        for (Member member : members.all()) {
            stored.add(new GroupMetadataValue.MemberMetadata()
                    .setMemberId(member.id)
                    .setGroupInstanceId(member.instanceId)
                    .setClientId(member.clientId)
                    .setClientHost(member.clientHost)
                    .setRebalanceTimeout(member.rebalanceTimeoutMs)
                    .setSessionTimeout(member.sessionTimeoutMs)
                    .setSubscription(member.metadata(protocol))
                    .setAssignment(member.assignment));
        }
        GroupMetadataValue value = new GroupMetadataValue()
                .setProtocolType(protocolType())
                .setGeneration(generation)
                .setProtocol(protocol)
                .setLeader(members.leaderId())
                .setCurrentStateTimestamp(stateSinceWallMs)
                .setMembers(stored);
        return GroupRecords.group(id, value, step.wallMs());
    }

    /// The group as a stored record tells it: without members it is empty, else stable.
    public static ClassicGroup restore(String id, GroupMetadataValue value, GroupHistory history) {
        ClassicGroup group = new ClassicGroup(id, history);
        group.stored = true;
        group.generation = value.generation();
        group.protocolType = value.protocolType().isEmpty() ? null : value.protocolType();
        group.protocol = value.protocol();
        group.stateSinceWallMs = value.currentStateTimestamp();
        group.state = value.members().isEmpty() ? GroupState.EMPTY : GroupState.STABLE;
        String protocol = value.protocol() == null ? "" : value.protocol();
        for (GroupMetadataValue.MemberMetadata stored : value.members()) {
            Member member = new Member(
                    stored.memberId(),
                    stored.groupInstanceId(),
                    stored.clientId(),
                    stored.clientHost(),
                    Map.of(protocol, stored.subscription()));
            member.sessionTimeoutMs = stored.sessionTimeout();
            member.rebalanceTimeoutMs =
                    stored.rebalanceTimeout() < 0 ? stored.sessionTimeout() : stored.rebalanceTimeout();
            member.assignment = stored.assignment();
            group.members.add(member);
        }
        if (value.leader() != null && group.members.find(value.leader()) != null) {
            group.members.lead(value.leader());
        }
        return group;
    }
}
