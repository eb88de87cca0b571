package io.kurier.coordinator.group.share;

import io.kurier.coordinator.Caller;
import io.kurier.coordinator.TopicMetadata;
import io.kurier.coordinator.group.GroupConfigs;
import io.kurier.coordinator.group.classic.GroupEvent;
import io.kurier.coordinator.group.classic.GroupEvent.Kind;
import io.kurier.coordinator.group.share.ShareStates.Begun;
import io.kurier.coordinator.runtime.Effects;
import io.kurier.coordinator.runtime.Moment;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.kafka.common.message.InitializeShareGroupStateRequestData;
import org.apache.kafka.common.message.ShareGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ShareGroupHeartbeatResponseData;
import org.apache.kafka.common.message.ShareGroupHeartbeatResponseData.Assignment;
import org.apache.kafka.common.message.ShareGroupHeartbeatResponseData.TopicPartitions;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// Everything that can happen to a share group, as a pure state machine: what comes in is a heartbeat, a timer, or word
/// of states that have begun, with its time; what comes out is the answer and the step's effects (KIP-932).
///
/// Several members may have one partition, so nobody gives anything up before others get it: a member has the group's
/// target with its next heartbeat.
public final class ShareProtocol {
    static final int JOINS = 0;
    static final int LEAVES = -1;
    /// How soon a member is asked to report again while there are partitions that nobody can read yet.
    private static final int SOON_MS = 200;
    private static final int MOST_EPOCHS_AHEAD = 1_000_000;

    private final ShareSettings settings;
    private final GroupConfigs configs;
    private final ShareTargets targets;
    private final StateBeginnings beginnings;
    private final StateChanges changes;

    /// @param configs what was set on single groups
    /// @param topics as this node sees them
    /// @param initialise is told which states are to begin, when that is stored; the outcome comes back as
    ///     [#begun]
    public ShareProtocol(
            ShareSettings settings,
            GroupConfigs configs,
            TopicMetadata topics,
            Consumer<InitializeShareGroupStateRequestData> initialise) {
        this.settings = settings;
        this.configs = configs;
        this.targets = new ShareTargets(settings, configs, topics);
        this.beginnings = new StateBeginnings(topics, initialise);
        this.changes = new StateChanges(topics);
    }

    /// What administrators do with a group's states.
    public StateChanges changes() {
        return changes;
    }

    /// ShareGroupHeartbeat of a member that comes or stays.
    public ShareGroupHeartbeatResponseData heartbeat(
            ShareGroup group, Caller caller, ShareGroupHeartbeatRequestData request, Moment now, Effects out) {
        boolean joins = request.memberEpoch() == JOINS;
        ShareGroupHeartbeatResponseData refusal = joins ? mayJoin(group, request, now) : mayStay(group, request);
        if (refusal != null) {
            return refusal;
        }
        boolean changed = tell(group, caller, request, now, out);
        targets.renew(group, changed, now, out);
        beginnings.ask(group, changed, now, out);
        ShareMember member = group.find(request.memberId());
        if (member == null) {
            throw new IllegalStateException("the member " + request.memberId() + " of " + group.id + " is lost");
        }
        boolean missedTheLastAnswer = request.memberEpoch() != member.epoch;
        boolean moved = reconcile(group, member, now, out);
        expect(group, member, now);
        arm(group, member.sessionDeadlineMs, out);
        return answer(group, member, missedTheLastAnswer || moved, now);
    }

    /// ShareGroupHeartbeat of a member that leaves (epoch -1).
    public ShareGroupHeartbeatResponseData leave(
            ShareGroup group, ShareGroupHeartbeatRequestData request, Moment now, Effects out) {
        ShareMember member = group.find(request.memberId());
        if (member == null) {
            return stranger(request.memberId());
        }
        remove(group, member, Kind.LEFT, "it said so", now, out);
        targets.renew(group, true, now, out);
        return new ShareGroupHeartbeatResponseData().setMemberId(member.id).setMemberEpoch(LEAVES);
    }

    /// The group's timer is due.
    public void wake(ShareGroup group, Moment now, Effects out) {
        boolean removed = false;
        for (ShareMember member : group.membersNow()) {
            if (member.sessionDeadlineMs <= now.nowMs()) {
                remove(group, member, Kind.EXPIRED, "not heard of for its session's time", now, out);
                removed = true;
            }
        }
        if (removed) {
            targets.renew(group, true, now, out);
        }
        arm(group, group.disarm(), out);
    }

    /// The group was restored from the log: its members have a whole session to be heard of.
    public void resume(ShareGroup group, Moment now, Effects out) {
        for (ShareMember member : group.members()) {
            expect(group, member, now);
            arm(group, member.sessionDeadlineMs, out);
        }
    }

    /// The share coordinators have answered. What has not begun is asked for again; a group that is behind goes on to
    /// twice its epoch, as nobody says how far it has to go.
    public void begun(ShareGroup group, Begun begun, Moment now, Effects out) {
        beginnings.begun(group, begun.places(), now, out);
        if (begun.isBehind()) {
            group.epoch = Math.min(2 * group.epoch, MOST_EPOCHS_AHEAD + group.epoch);
        }
        targets.renew(group, begun.isBehind(), now, out);
    }

    /// Takes all back that is stored of a group without members.
    public static void delete(ShareGroup group, Moment now, Effects out) {
        if (group.isStored) {
            ShareRecords.noGroup(group.id, now.wallMs()).forEach(out::write);
        }
    }

    // ---- who is it

    private @Nullable ShareGroupHeartbeatResponseData mayJoin(
            ShareGroup group, ShareGroupHeartbeatRequestData request, Moment now) {
        if (now.nowMs() < group.changingUntilMs) {
            return ShareChecks.refused(
                    Errors.COORDINATOR_LOAD_IN_PROGRESS, "The group's offsets are changed just now: come again soon.");
        }
        return group.find(request.memberId()) == null && group.size() >= settings.maxSize()
                ? ShareChecks.refused(
                        Errors.GROUP_MAX_SIZE_REACHED,
                        "The group has " + settings.maxSize() + " members, as many as group.share.max.size allows.")
                : null;
    }

    private static @Nullable ShareGroupHeartbeatResponseData mayStay(
            ShareGroup group, ShareGroupHeartbeatRequestData request) {
        ShareMember member = group.find(request.memberId());
        if (member == null) {
            return stranger(request.memberId());
        }
        int epoch = request.memberEpoch();
        boolean missedTheLastAnswer = epoch == member.previousEpoch && epoch < member.epoch;
        return epoch == member.epoch || missedTheLastAnswer
                ? null
                : ShareChecks.refused(
                        Errors.FENCED_MEMBER_EPOCH,
                        "The member is in epoch " + member.epoch + ", not " + epoch + ": it must join again.");
    }

    private static ShareGroupHeartbeatResponseData stranger(String memberId) {
        return ShareChecks.refused(Errors.UNKNOWN_MEMBER_ID, "The group has no member " + memberId + ".");
    }

    private static void remove(ShareGroup group, ShareMember member, Kind kind, String why, Moment now, Effects out) {
        group.remove(member.id);
        ShareRecords.noMember(group.id, member.id, now.wallMs()).forEach(out::write);
        group.remember(now.wallMs(), kind, member.id, why);
    }

    // ---- what does it want

    /// Takes over what a member says of itself; true if it is new or wants something else than before.
    private static boolean tell(
            ShareGroup group, Caller caller, ShareGroupHeartbeatRequestData request, Moment now, Effects out) {
        ShareMember known = group.find(request.memberId());
        ShareMember.Profile before = known == null
                ? new ShareMember.Profile(null, caller.clientId(), caller.clientHost(), new TreeSet<>())
                : known.profile;
        ShareMember.Profile told = new ShareMember.Profile(
                request.rackId() == null ? before.rackId() : request.rackId(),
                caller.clientId(),
                caller.clientHost(),
                request.subscribedTopicNames() == null
                        ? before.topics()
                        : new TreeSet<>(request.subscribedTopicNames()));
        if (known != null && told.equals(before)) {
            return false;
        }
        ShareMember member = known == null ? new ShareMember(request.memberId(), told) : known;
        member.profile = told;
        group.put(member);
        out.write(ShareRecords.member(group.id, member, now.wallMs()));
        if (known != null) {
            // behind what it was told of itself, or a compacted log would have it the other way round
            out.write(ShareRecords.standing(group.id, member, now.wallMs()));
        } else {
            group.remember(
                    now.wallMs(), Kind.JOINED, member.id, GroupEvent.from(caller.clientId(), caller.clientHost()));
        }
        return known == null || !told.topics().equals(before.topics());
    }

    // ---- what may it read

    /// The member goes to the group's target; true if it may read something else now.
    private static boolean reconcile(ShareGroup group, ShareMember member, Moment now, Effects out) {
        if (member.epoch == group.targetEpoch) {
            return false;
        }
        boolean moved = !member.assigned.equals(group.targetOf(member.id));
        member.previousEpoch = member.epoch;
        member.epoch = group.targetEpoch;
        member.assigned = group.targetOf(member.id);
        out.write(ShareRecords.standing(group.id, member, now.wallMs()));
        return moved;
    }

    private void expect(ShareGroup group, ShareMember member, Moment now) {
        member.sessionDeadlineMs =
                now.nowMs() + configs.integer(group.id, "share.session.timeout.ms", settings.sessionTimeoutMs());
    }

    private static void arm(ShareGroup group, long deadlineMs, Effects out) {
        if (group.arms(deadlineMs)) {
            out.wakeAt(wakeKey(group.id), deadlineMs);
        }
    }

    /// The key of a group's timer.
    public static String wakeKey(String groupId) {
        return "share group " + groupId;
    }

    private ShareGroupHeartbeatResponseData answer(
            ShareGroup group, ShareMember member, boolean withAssignment, Moment now) {
        ShareGroupHeartbeatResponseData answer = new ShareGroupHeartbeatResponseData()
                .setMemberId(member.id)
                .setMemberEpoch(member.epoch)
                .setHeartbeatIntervalMs(intervalMs(group, member, now));
        if (withAssignment) {
            Assignment assignment = new Assignment();
            ShareRecords.byTopic(member.assigned)
                    .forEach((topicId, partitions) -> assignment
                            .topicPartitions()
                            .add(new TopicPartitions().setTopicId(topicId).setPartitions(partitions)));
            answer.setAssignment(assignment);
        }
        return answer;
    }

    /// Sooner while there are partitions that nobody can read yet, or for a member that waits for its first ones.
    private int intervalMs(ShareGroup group, ShareMember member, Moment now) {
        int intervalMs = configs.integer(group.id, "share.heartbeat.interval.ms", settings.heartbeatIntervalMs());
        if (!group.states.initialising().isEmpty()) {
            return Math.min(intervalMs, SOON_MS);
        }
        int waitMs = targets.waitMs(group, now);
        return waitMs > 0 && member.assigned.isEmpty() ? Math.min(intervalMs, waitMs) : intervalMs;
    }
}
