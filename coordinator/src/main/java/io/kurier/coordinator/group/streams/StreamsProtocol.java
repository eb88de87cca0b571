package io.kurier.coordinator.group.streams;

import io.kurier.coordinator.Caller;
import io.kurier.coordinator.TopicMetadata;
import io.kurier.coordinator.group.GroupConfigs;
import io.kurier.coordinator.group.classic.GroupEvent;
import io.kurier.coordinator.group.classic.GroupEvent.Kind;
import io.kurier.coordinator.group.streams.assignor.Tasks;
import io.kurier.coordinator.group.streams.topology.Topologies;
import io.kurier.coordinator.runtime.Effects;
import io.kurier.coordinator.runtime.Moment;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData;
import org.apache.kafka.common.message.StreamsGroupHeartbeatResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.coordinator.group.generated.StreamsGroupTopologyValue;
import org.jspecify.annotations.Nullable;

/// Everything that can happen to a streams group, as a pure state machine: what comes in is a heartbeat or a timer with
/// its time; what comes out is the answer and the step's effects (KIP-1071).
///
/// A heartbeat goes through four questions: who is it, what is it made of, what is everybody to run then, and how far
/// may this member go towards that now.
public final class StreamsProtocol {
    /// The epoch of a member that comes.
    private static final int JOINS = 0;

    private final StreamsSettings settings;
    private final Targets targets;
    private final GroupConfigs configs;

    /// @param configs what was set on single groups
    /// @param topics as this node sees them
    public StreamsProtocol(StreamsSettings settings, GroupConfigs configs, TopicMetadata topics) {
        this.settings = settings;
        this.configs = configs;
        this.targets = new Targets(settings, configs, topics);
    }

    /// StreamsGroupHeartbeat of a member that comes or stays.
    public StreamsOutcome heartbeat(
            StreamsGroup group, Caller caller, StreamsGroupHeartbeatRequestData request, Moment now, Effects out) {
        Tasks owned = StreamsAnswers.owned(request);
        boolean joins = request.memberEpoch() == JOINS;
        Refusal refusal = joins ? mayJoin(group, request) : mayStay(group, request, owned);
        if (refusal != null) {
            return StreamsOutcome.of(refusal.answer());
        }
        StreamsMember member = group.find(request.memberId());
        if (member != null && !joins && owned == null && asksForAll(group, member, now, out)) {
            return StreamsOutcome.of(Refusal.UNHEARD.answer());
        }
        boolean topologyChanged = takeTopology(group, request, now, out);
        boolean isNew = member == null;
        boolean replaces = isNew && left(group, request.instanceId()) != null;
        if (member == null) {
            waitForOthers(group, now, out);
            member = join(group, caller, request, now, out);
        }
        Running before = member.standing.assigned();
        boolean membersChanged = tell(group, member, caller, request, now, out) || isNew && !replaces;
        targets.renewIfChanged(group, membersChanged || topologyChanged, false, now, out);
        // A request that comes again, or names the epoch before, may have been on its way for long: what the member
        // has by now, it says next time.
        boolean mayBeOld = joins ? !isNew : request.memberEpoch() != member.standing.epoch();
        if (owned != null && !mayBeOld) {
            member.said = owned;
        }
        Reconciliation.step(group, member, mayBeOld ? null : owned, now, out);
        heardOf(group, member, now, out);
        boolean changed = !member.standing.assigned().equals(before);
        boolean isWhole = owned != null && request.rebalanceTimeoutMs() >= 0;
        boolean withTasks = joins || mayBeOld || isWhole || changed || !member.runsWhatItMay();
        Replies.Form form = new Replies.Form(caller.version(), request.endpointInformationEpoch(), withTasks);
        return replies(group).outcome(group, member, form, now);
    }

    /// The internal topics that a heartbeat found missing were made, or could not be: what the member is told then.
    ///
    /// @param failures for each topic that could not be made, why
    public StreamsGroupHeartbeatResponseData again(
            StreamsGroup group, String memberId, short version, Map<String, String> failures, Moment now, Effects out) {
        StreamsMember member = group.find(memberId);
        if (member == null) {
            return Refusal.stranger(memberId).answer();
        }
        targets.renewIfChanged(group, false, true, now, out);
        Reconciliation.step(group, member, null, now, out);
        arm(group, member.deadlineMs(), out);
        return replies(group).again(group, member, version, failures, now);
    }

    /// StreamsGroupHeartbeat of a member that leaves, for good (epoch -1) or to come back under its instance id (-2).
    public StreamsGroupHeartbeatResponseData leave(
            StreamsGroup group, StreamsGroupHeartbeatRequestData request, Moment now, Effects out) {
        StreamsMember member = group.find(request.memberId());
        Refusal refusal = isOwner(group, request);
        if (refusal != null || member == null) {
            return refusal == null ? Refusal.stranger(request.memberId()).answer() : refusal.answer();
        }
        if (request.shutdownApplication()) {
            group.shutdownBy = member.id;
        }
        int epoch = request.memberEpoch();
        if (epoch == StreamsMember.LEFT_FOR_NOW) {
            group.stand(member, member.standing.leftForNow());
            member.revocationDeadlineMs = StreamsMember.NEVER;
            out.write(StreamsRecords.standing(group.id, member, now.wallMs()));
            group.remember(now.wallMs(), Kind.LEFT, member.id, "is expected back under its instance id");
        } else {
            remove(group, member, Kind.LEFT, "it said so", now, out);
            targets.renew(group, now, out);
        }
        return new StreamsGroupHeartbeatResponseData()
                .setMemberId(member.id)
                .setMemberEpoch(epoch)
                .setStatus(null);
    }

    /// The group's timer is due.
    public void wake(StreamsGroup group, Moment now, Effects out) {
        boolean removed = false;
        for (StreamsMember member : group.membersNow()) {
            if (member.sessionDeadlineMs <= now.nowMs()) {
                remove(group, member, Kind.EXPIRED, "not heard of for its session's time", now, out);
                removed = true;
            } else if (member.revocationDeadlineMs <= now.nowMs()) {
                remove(group, member, Kind.EXPIRED, "did not give up tasks within its rebalance time", now, out);
                removed = true;
            }
        }
        if (removed || !group.isEmpty()) {
            targets.renewIfChanged(group, removed, false, now, out);
        }
        arm(group, group.disarm(now.nowMs()), out);
    }

    /// The group was restored from the log: its members have a whole session to be heard of.
    public void resume(StreamsGroup group, Moment now, Effects out) {
        group.endpointEpoch = (int) (now.wallMs() & 0x3fff_ffff);
        List<StreamsMember> contradicted = group.loaded();
        for (StreamsMember member : contradicted) {
            remove(group, member, Kind.EXPIRED, "what is stored of it contradicts what is stored of others", now, out);
        }
        if (!contradicted.isEmpty()) {
            targets.renew(group, now, out);
        }
        for (StreamsMember member : group.members()) {
            expect(group, member, now);
            Reconciliation.watchRevocation(member, now);
            arm(group, member.deadlineMs(), out);
        }
    }

    /// Takes all back that is stored of a group without members.
    public static void delete(StreamsGroup group, Moment now, Effects out) {
        if (group.isStored || group.topology != null) {
            StreamsRecords.noGroup(group.id, now.wallMs()).forEach(out::write);
        }
    }

    private StreamsSettings settings(StreamsGroup group) {
        return settings.of(configs, group.id);
    }

    private Replies replies(StreamsGroup group) {
        return new Replies(settings(group));
    }

    // ---- who is it

    private @Nullable Refusal mayJoin(StreamsGroup group, StreamsGroupHeartbeatRequestData request) {
        if (request.instanceId() != null) {
            StreamsMember owner = group.findInstance(request.instanceId());
            if (owner != null && !owner.id.equals(request.memberId()) && !owner.hasLeftForNow()) {
                return new Refusal(
                        Errors.UNRELEASED_INSTANCE_ID,
                        "Another member runs under the instance id " + request.instanceId()
                                + ": end it, or give this one an instance id of its own.");
            }
        }
        boolean isMore = group.find(request.memberId()) == null && left(group, request.instanceId()) == null;
        if (isMore && group.size() >= settings.maxSize()) {
            return new Refusal(
                    Errors.GROUP_MAX_SIZE_REACHED,
                    "The group has " + settings.maxSize() + " members, as many as group.streams.max.size allows.");
        }
        return isOtherTopology(group, request)
                ? new Refusal(
                        Errors.STREAMS_INVALID_TOPOLOGY,
                        "The group runs another topology of epoch "
                                + request.topology().epoch()
                                + ": stop all members of the application before its topology changes, or use another"
                                + " application id.")
                : null;
    }

    /// True if there are members of a topology with the same epoch that is not the same. Of a group without members the
    /// topology is whatever the next one says.
    private static boolean isOtherTopology(StreamsGroup group, StreamsGroupHeartbeatRequestData request) {
        return group.topology != null
                && request.topology() != null
                && isRunByOthers(group, request.memberId())
                && request.topology().epoch() == group.topology.epoch()
                && !Topologies.of(request.topology()).equals(group.topology);
    }

    private static boolean isRunByOthers(StreamsGroup group, String memberId) {
        return group.members().stream().anyMatch(member -> !member.id.equals(memberId));
    }

    private static @Nullable Refusal mayStay(
            StreamsGroup group, StreamsGroupHeartbeatRequestData request, @Nullable Tasks owned) {
        Refusal refusal = isOwner(group, request);
        StreamsMember member = group.find(request.memberId());
        if (refusal != null || member == null) {
            return refusal;
        }
        Standing standing = member.standing;
        int epoch = request.memberEpoch();
        boolean missedTheLastAnswer = epoch == standing.previousEpoch()
                && epoch < standing.epoch()
                && owned != null
                && standing.assigned().couldHaveBeen(owned);
        if (epoch != standing.epoch() && !missedTheLastAnswer) {
            return new Refusal(
                    Errors.FENCED_MEMBER_EPOCH,
                    "The member is in epoch " + standing.epoch() + ", not " + epoch
                            + ": it must give up its tasks and join again.");
        }
        return null;
    }

    /// Null if the request is from a member, under the instance id that it came with.
    private static @Nullable Refusal isOwner(StreamsGroup group, StreamsGroupHeartbeatRequestData request) {
        if (request.instanceId() != null) {
            StreamsMember owner = group.findInstance(request.instanceId());
            if (owner != null && !owner.id.equals(request.memberId())) {
                return new Refusal(
                        Errors.FENCED_INSTANCE_ID,
                        "Another member has taken over the instance id " + request.instanceId() + ".");
            }
        }
        return group.find(request.memberId()) == null ? Refusal.stranger(request.memberId()) : null;
    }

    private static @Nullable StreamsMember left(StreamsGroup group, @Nullable String instanceId) {
        StreamsMember owner = instanceId == null ? null : group.findInstance(instanceId);
        return owner != null && owner.hasLeftForNow() ? owner : null;
    }

    /// A new member, which takes over what its predecessor under the same instance id had.
    private static StreamsMember join(
            StreamsGroup group, Caller caller, StreamsGroupHeartbeatRequestData request, Moment now, Effects out) {
        StreamsMember left = left(group, request.instanceId());
        if (left == null) {
            StreamsMember member = new StreamsMember(
                    request.memberId(), Profile.blank(request.instanceId(), caller.clientId(), caller.clientHost()));
            group.put(member);
            group.remember(
                    now.wallMs(), Kind.JOINED, member.id, GroupEvent.from(caller.clientId(), caller.clientHost()));
            return member;
        }
        StreamsMember member = new StreamsMember(request.memberId(), left.profile);
        Standing standing = left.standing;
        Tasks target = group.targetOf(left.id);
        group.remove(left);
        StreamsRecords.noMember(group.id, left.id, now.wallMs()).forEach(out::write);
        group.put(member);
        group.setTarget(member.id, target);
        group.stand(member, standing.takenOver());
        out.write(StreamsRecords.member(group.id, member, now.wallMs()));
        out.write(StreamsRecords.target(group.id, member.id, target, now.wallMs()));
        out.write(StreamsRecords.standing(group.id, member, now.wallMs()));
        group.remember(now.wallMs(), Kind.REPLACED, member.id, "takes over from " + left.id);
        return member;
    }

    private static void remove(
            StreamsGroup group, StreamsMember member, Kind kind, String why, Moment now, Effects out) {
        group.remove(member);
        StreamsRecords.noMember(group.id, member.id, now.wallMs()).forEach(out::write);
        group.remember(now.wallMs(), kind, member.id, why);
    }

    /// The first member of an empty group waits for others, so that tasks need not move a moment later.
    private void waitForOthers(StreamsGroup group, Moment now, Effects out) {
        int delayMs = settings(group).initialRebalanceDelayMs();
        if (group.isEmpty() && delayMs > 0) {
            group.delayedUntilMs = now.nowMs() + delayMs;
            arm(group, group.delayedUntilMs, out);
        }
    }

    // ---- what is it made of

    /// Takes over the topology of a member that comes, if it is newer, or nobody runs the group's.
    private static boolean takeTopology(
            StreamsGroup group, StreamsGroupHeartbeatRequestData request, Moment now, Effects out) {
        if (request.topology() == null) {
            return false;
        }
        StreamsGroupTopologyValue said = Topologies.of(request.topology());
        StreamsGroupTopologyValue known = group.topology;
        if (known != null
                && (said.equals(known) || said.epoch() <= known.epoch() && isRunByOthers(group, request.memberId()))) {
            return false;
        }
        group.topology = said;
        group.plan = null;
        out.write(StreamsRecords.topology(group.id, said, now.wallMs()));
        return true;
    }

    /// Takes over what a member says of itself; true if tasks may have to be handed out in another way for it.
    private static boolean tell(
            StreamsGroup group,
            StreamsMember member,
            Caller caller,
            StreamsGroupHeartbeatRequestData request,
            Moment now,
            Effects out) {
        if (request.taskOffsets() != null) {
            member.offsets = List.copyOf(request.taskOffsets());
        }
        if (request.taskEndOffsets() != null) {
            member.endOffsets = List.copyOf(request.taskEndOffsets());
        }
        if (request.shutdownApplication() && group.shutdownBy == null) {
            group.shutdownBy = member.id;
        }
        Profile before = member.profile;
        Profile told = before.with(request, caller.clientId(), caller.clientHost());
        if (told.equals(before)) {
            return false;
        }
        member.profile = told;
        group.put(member);
        out.write(StreamsRecords.member(group.id, member, now.wallMs()));
        return told.differsForAssignment(before);
    }

    // ---- how far may it go

    /// True if a member that has not said what it runs since this coordinator began is to be asked for it, once: one
    /// that does not say it then has taken all that it was told.
    private boolean asksForAll(StreamsGroup group, StreamsMember member, Moment now, Effects out) {
        if (member.said != null) {
            return false;
        }
        boolean asks = !member.isAsked;
        if (asks) {
            heardOf(group, member, now, out);
        } else {
            member.said = member.standing.assigned().tasks();
        }
        member.isAsked = true;
        return asks;
    }

    private void heardOf(StreamsGroup group, StreamsMember member, Moment now, Effects out) {
        expect(group, member, now);
        arm(group, member.deadlineMs(), out);
    }

    private void expect(StreamsGroup group, StreamsMember member, Moment now) {
        member.sessionDeadlineMs = now.nowMs() + settings(group).sessionTimeoutMs();
    }

    private static void arm(StreamsGroup group, long deadlineMs, Effects out) {
        if (group.arms(deadlineMs)) {
            out.wakeAt(wakeKey(group.id), deadlineMs);
        }
    }

    /// The key of a group's timer.
    public static String wakeKey(String groupId) {
        return "streams group " + groupId;
    }

    private record Refusal(Errors error, String message) {
        /// Clients say everything again after an error.
        static final Refusal UNHEARD = new Refusal(
                Errors.COORDINATOR_LOAD_IN_PROGRESS, "This coordinator has just begun: say everything once more.");

        static Refusal stranger(String memberId) {
            return new Refusal(Errors.UNKNOWN_MEMBER_ID, "The group has no member " + memberId + ".");
        }

        StreamsGroupHeartbeatResponseData answer() {
            return StreamsChecks.refused(error, message);
        }
    }
}
