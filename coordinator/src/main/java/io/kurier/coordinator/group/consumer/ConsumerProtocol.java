package io.kurier.coordinator.group.consumer;

import io.kurier.coordinator.Caller;
import io.kurier.coordinator.TopicMetadata;
import io.kurier.coordinator.group.GroupConfigs;
import io.kurier.coordinator.group.classic.GroupEvent.Kind;
import io.kurier.coordinator.group.consumer.assignor.Place;
import io.kurier.coordinator.runtime.Effects;
import io.kurier.coordinator.runtime.Moment;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData.TopicPartitions;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData.Assignment;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// Everything that can happen to a consumer group, as a pure state machine: what comes in is a heartbeat or a timer
/// with its time; what comes out is the answer and the step's effects (KIP-848).
///
/// A heartbeat goes through four questions: who is it, what does it want, what is everybody to read then, and how far
/// may this member go towards that now.
public final class ConsumerProtocol {
    /// The epoch of a member that comes.
    private static final int JOINS = 0;

    private final ConsumerSettings settings;
    private final Membership membership;
    private final Targets targets;
    private final ClassicMembers classicMembers;

    /// @param configs what was set on single groups
    /// @param topics as this node sees them
    /// @param random for ids of classic members
    public ConsumerProtocol(
            ConsumerSettings settings, GroupConfigs configs, TopicMetadata topics, RandomGenerator random) {
        this.settings = settings;
        this.membership = new Membership(settings, configs);
        this.targets = new Targets(settings, configs, topics);
        this.classicMembers = new ClassicMembers(membership, targets, topics, random);
    }

    /// Members of such groups that speak the classic protocol.
    public ClassicMembers classicMembers() {
        return classicMembers;
    }

    /// Shows groups.
    public ConsumerDescriptions descriptions() {
        return new ConsumerDescriptions(targets);
    }

    /// ConsumerGroupHeartbeat of a member that comes or stays.
    public ConsumerGroupHeartbeatResponseData heartbeat(
            ConsumerGroup group, Caller caller, ConsumerGroupHeartbeatRequestData request, Moment now, Effects out) {
        Set<Place> owned = owned(request);
        boolean joins = request.memberEpoch() == JOINS;
        Refusal refusal = joins ? mayJoin(group, request) : mayStay(group, request, owned);
        if (refusal != null) {
            return refusal.answer();
        }
        ConsumerMember member = group.find(request.memberId());
        if (member != null && !joins && isOutdated(member, request)) {
            return answer(group, member, true, now);
        }
        if (member != null && !joins && owned == null && membership.asksForAll(group, member, now, out)) {
            return Refusal.UNHEARD.answer();
        }
        boolean isNew = member == null;
        boolean replaces = isNew && predecessor(group, request.instanceId()) != null;
        if (member == null) {
            member = join(group, caller, request, now, out);
        }
        Standing before = member.standing;
        Profile told = member.profile.with(request, caller.clientId(), caller.clientHost());
        boolean wishesChanged = Membership.tell(group, member, told, now, out);
        if (isNew && !replaces) {
            targets.renew(group, now, out);
        } else {
            targets.renewIfChanged(group, wishesChanged, now, out);
        }
        // A member that comes again may do so by a request that was on its way for long: what it has, it says next
        // time.
        Membership.reconcile(group, member, joins && !isNew ? null : owned, now, out);
        membership.heardOf(group, member, now, out);
        // Who still has to give up may not have heard of it.
        boolean tells = member.standing.state() == MemberState.UNREVOKED_PARTITIONS
                || member.takesFirst
                || !member.standing.assigned().equals(before.assigned());
        return answer(group, member, joins || isWhole(request) || tells, now);
    }

    /// True for a request that was under way for so long that the member has spoken in a later epoch since: what it
    /// says to have is not what it has.
    private static boolean isOutdated(ConsumerMember member, ConsumerGroupHeartbeatRequestData request) {
        if (request.memberEpoch() == member.standing.epoch()) {
            member.knowsItsEpoch = true;
        }
        return request.memberEpoch() < member.standing.epoch() && member.knowsItsEpoch;
    }

    /// ConsumerGroupHeartbeat of a member that leaves, for good (epoch -1) or to come back under its instance id (-2).
    public ConsumerGroupHeartbeatResponseData leave(
            ConsumerGroup group, ConsumerGroupHeartbeatRequestData request, Moment now, Effects out) {
        ConsumerMember member = group.find(request.memberId());
        Refusal refusal = isOwner(group, request);
        if (refusal != null || member == null) {
            return refusal == null ? Refusal.stranger(request.memberId()).answer() : refusal.answer();
        }
        int epoch = request.memberEpoch();
        if (epoch == ConsumerMember.LEFT_FOR_NOW) {
            Standing standing = member.standing;
            group.stand(member, standing.leftForNow());
            member.revocationDeadlineMs = ConsumerMember.NEVER;
            out.write(ConsumerRecords.standing(group.id, member, now.wallMs()));
            group.remember(now.wallMs(), Kind.LEFT, member.id, "is expected back under its instance id");
        } else {
            Membership.remove(group, member, Kind.LEFT, "it said so", now, out);
            targets.renew(group, now, out);
        }
        return new ConsumerGroupHeartbeatResponseData().setMemberId(member.id).setMemberEpoch(epoch);
    }

    /// The group's timer is due.
    public void wake(ConsumerGroup group, Moment now, Effects out) {
        boolean removed = false;
        for (ConsumerMember member : group.membersNow()) {
            if (member.sessionDeadlineMs <= now.nowMs()) {
                Membership.remove(group, member, Kind.EXPIRED, "not heard of for its session's time", now, out);
                removed = true;
            } else if (member.revocationDeadlineMs <= now.nowMs()) {
                Membership.remove(
                        group,
                        member,
                        Kind.EXPIRED,
                        "did not give up partitions, or rejoin, within its rebalance time",
                        now,
                        out);
                removed = true;
            }
        }
        if (removed) {
            targets.renew(group, now, out);
        }
        Membership.arm(group, group.disarm(), out);
    }

    /// The group was restored from the log: its members have a whole session to be heard of.
    public void resume(ConsumerGroup group, Moment now, Effects out) {
        List<ConsumerMember> contradicted = group.loaded();
        for (ConsumerMember member : contradicted) {
            Membership.remove(
                    group, member, Kind.EXPIRED, "what is stored of it contradicts what is stored of others", now, out);
        }
        if (!contradicted.isEmpty()) {
            targets.renew(group, now, out);
        }
        for (ConsumerMember member : group.members()) {
            Membership.restored(member);
            Membership.watchRevocation(member, now);
            membership.heardOf(group, member, now, out);
        }
    }

    /// Takes all back that is stored of a group without members.
    public static void delete(ConsumerGroup group, Moment now, Effects out) {
        if (group.isStored) {
            for (String pattern : group.patterns.all().keySet()) {
                out.write(ConsumerRecords.noPattern(group.id, pattern, now.wallMs()));
            }
            out.write(ConsumerRecords.noTargetEpoch(group.id, now.wallMs()));
            out.write(ConsumerRecords.noGroup(group.id, now.wallMs()));
        }
    }

    // ---- who is it

    private @Nullable Refusal mayJoin(ConsumerGroup group, ConsumerGroupHeartbeatRequestData request) {
        if (request.instanceId() != null) {
            ConsumerMember owner = group.findInstance(request.instanceId());
            if (owner != null && !owner.id.equals(request.memberId())) {
                return owner.mayBeReplaced()
                        ? null
                        : new Refusal(
                                Errors.UNRELEASED_INSTANCE_ID,
                                "Another member runs under the instance id " + request.instanceId()
                                        + ": end it, or give this one an instance id of its own.");
            }
        }
        ConsumerMember known = group.find(request.memberId());
        if (known != null && known.isClassic()) {
            return Refusal.classic(known.id);
        }
        if (known == null && !membership.hasRoom(group)) {
            return new Refusal(
                    Errors.GROUP_MAX_SIZE_REACHED,
                    "The group has " + settings.maxSize() + " members, as many as group.consumer.max.size allows.");
        }
        return null;
    }

    private static @Nullable Refusal mayStay(
            ConsumerGroup group, ConsumerGroupHeartbeatRequestData request, @Nullable Set<Place> owned) {
        Refusal refusal = isOwner(group, request);
        ConsumerMember member = group.find(request.memberId());
        if (refusal != null || member == null) {
            return refusal;
        }
        Standing standing = member.standing;
        int epoch = request.memberEpoch();
        boolean missedTheLastAnswer = epoch == standing.previousEpoch()
                && epoch < standing.epoch()
                && owned != null
                && standing.assigned().keySet().containsAll(owned);
        if (epoch != standing.epoch() && !missedTheLastAnswer) {
            return new Refusal(
                    Errors.FENCED_MEMBER_EPOCH,
                    "The member is in epoch " + standing.epoch() + ", not " + epoch
                            + ": it must give up its partitions and join again.");
        }
        return null;
    }

    /// Null if the request is from a member, under the instance id that it came with.
    private static @Nullable Refusal isOwner(ConsumerGroup group, ConsumerGroupHeartbeatRequestData request) {
        if (request.instanceId() != null) {
            ConsumerMember owner = group.findInstance(request.instanceId());
            if (owner != null && !owner.id.equals(request.memberId())) {
                return new Refusal(
                        Errors.FENCED_INSTANCE_ID,
                        "Another member has taken over the instance id " + request.instanceId() + ".");
            }
        }
        ConsumerMember member = group.find(request.memberId());
        if (member == null) {
            return Refusal.stranger(request.memberId());
        }
        return member.isClassic() ? Refusal.classic(member.id) : null;
    }

    private static @Nullable ConsumerMember predecessor(ConsumerGroup group, @Nullable String instanceId) {
        ConsumerMember owner = instanceId == null ? null : group.findInstance(instanceId);
        return owner != null && owner.mayBeReplaced() ? owner : null;
    }

    private static ConsumerMember join(
            ConsumerGroup group, Caller caller, ConsumerGroupHeartbeatRequestData request, Moment now, Effects out) {
        ConsumerMember before = predecessor(group, request.instanceId());
        return before == null
                ? Membership.arrive(
                        group,
                        request.memberId(),
                        Profile.blank(request.instanceId(), caller.clientId(), caller.clientHost()),
                        now)
                : Membership.replace(group, before, request.memberId(), now, out);
    }

    /// The key of a group's timer.
    public static String wakeKey(String groupId) {
        return "consumer group " + groupId;
    }

    // ---- in the protocol's words

    private ConsumerGroupHeartbeatResponseData answer(
            ConsumerGroup group, ConsumerMember member, boolean withAssignment, Moment now) {
        ConsumerGroupHeartbeatResponseData answer = new ConsumerGroupHeartbeatResponseData()
                .setMemberId(member.id)
                .setMemberEpoch(member.standing.epoch())
                .setHeartbeatIntervalMs(intervalMs(group, member, now));
        if (withAssignment) {
            Assignment assignment = new Assignment();
            ConsumerRecords.byTopic(member.standing.assigned().keySet())
                    .forEach((topicId, partitions) -> assignment
                            .topicPartitions()
                            .add(new ConsumerGroupHeartbeatResponseData.TopicPartitions()
                                    .setTopicId(topicId)
                                    .setPartitions(partitions)));
            answer.setAssignment(assignment);
        }
        return answer;
    }

    /// Who has nothing to read yet is asked to come again as soon as it may get something.
    private int intervalMs(ConsumerGroup group, ConsumerMember member, Moment now) {
        int intervalMs = membership.heartbeatIntervalMs(group);
        int waitMs = targets.waitMs(group, now);
        return waitMs > 0 && member.standing.assigned().isEmpty() ? Math.min(intervalMs, waitMs) : intervalMs;
    }

    /// True if the member says everything: it does so when it does not know what of it has arrived.
    private static boolean isWhole(ConsumerGroupHeartbeatRequestData request) {
        return request.rebalanceTimeoutMs() >= 0
                && (request.subscribedTopicNames() != null || request.subscribedTopicRegex() != null)
                && request.topicPartitions() != null;
    }

    private static @Nullable Set<Place> owned(ConsumerGroupHeartbeatRequestData request) {
        List<TopicPartitions> topics = request.topicPartitions();
        if (topics == null) {
            return null;
        }
        Set<Place> owned = new HashSet<>();
        for (TopicPartitions topic : topics) {
            topic.partitions().forEach(partition -> owned.add(new Place(topic.topicId(), partition)));
        }
        return owned;
    }

    private record Refusal(Errors error, String message) {
        /// Clients say everything again after an error.
        static final Refusal UNHEARD = new Refusal(
                Errors.COORDINATOR_LOAD_IN_PROGRESS, "This coordinator has just begun: say everything once more.");

        static Refusal stranger(String memberId) {
            return new Refusal(Errors.UNKNOWN_MEMBER_ID, "The group has no member " + memberId + ".");
        }

        static Refusal classic(String memberId) {
            return new Refusal(
                    Errors.UNKNOWN_MEMBER_ID,
                    "The member " + memberId + " speaks the classic protocol: join under another id.");
        }

        ConsumerGroupHeartbeatResponseData answer() {
            return new ConsumerGroupHeartbeatResponseData()
                    .setErrorCode(error.code())
                    .setErrorMessage(message);
        }
    }
}
