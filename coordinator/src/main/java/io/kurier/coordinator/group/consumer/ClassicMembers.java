package io.kurier.coordinator.group.consumer;

import io.kurier.coordinator.TopicMetadata;
import io.kurier.coordinator.group.classic.GroupEvent.Kind;
import io.kurier.coordinator.group.classic.JoinAnswers;
import io.kurier.coordinator.group.classic.JoinRequest;
import io.kurier.coordinator.group.classic.Subscriptions;
import io.kurier.coordinator.group.consumer.assignor.Place;
import io.kurier.coordinator.runtime.Effects;
import io.kurier.coordinator.runtime.Moment;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.message.ConsumerProtocolSubscription;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.LeaveGroupResponseData.MemberResponse;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// Members of a consumer group that speak the classic protocol, while the group goes over from one protocol to the
/// other (KIP-848). JoinGroup is a report of all that a member wants and has, a generation is a member's epoch,
/// SyncGroup tells it what it may read, and a heartbeat is answered REBALANCE_IN_PROGRESS when there is something to
/// give up or to get. Nobody leads: the coordinator assigns.
public final class ClassicMembers {
    private static final String CONSUMERS = "consumer";
    private static final int MAX_TOPICS = 100_000;
    private static final int MAX_PREFIX_CHARS = 1_000;

    private final Membership membership;
    private final Targets targets;
    private final TopicMetadata topics;
    private final RandomGenerator random;

    /// @param random for member ids
    ClassicMembers(Membership membership, Targets targets, TopicMetadata topics, RandomGenerator random) {
        this.membership = membership;
        this.targets = targets;
        this.topics = topics;
        this.random = random;
    }

    /// JoinGroup of a member that comes, or comes again.
    public JoinGroupResponseData join(ConsumerGroup group, JoinRequest request, Moment now, Effects out) {
        Optional<ConsumerProtocolSubscription> said = subscription(request);
        Errors refusal = said.isPresent() && fits(group, request)
                ? admit(group, request, now)
                : Errors.INCONSISTENT_GROUP_PROTOCOL;
        if (refusal != Errors.NONE || said.isEmpty()) {
            return JoinAnswers.error(request.memberId(), refusal);
        }
        ConsumerMember before = known(group, request);
        if (before == null && request.isNew() && request.instanceId() == null && request.needsKnownId()) {
            String memberId = newId(request);
            boolean expected = group.expectedIds.add(memberId, now.nowMs() + request.sessionTimeoutMs(), now.nowMs());
            return JoinAnswers.error(memberId, expected ? Errors.MEMBER_ID_REQUIRED : Errors.GROUP_MAX_SIZE_REACHED);
        }
        ConsumerMember member = before == null
                ? arrive(group, request, now)
                : request.isNew() ? Membership.replace(group, before, newId(request), now, out) : before;
        boolean wishesChanged = Membership.tell(group, member, profile(request, said.get()), now, out);
        if (before == null) {
            targets.renew(group, now, out);
        } else {
            targets.renewIfChanged(group, wishesChanged, now, out);
        }
        goOn(group, member, owned(said.get()), now, out);
        return new JoinGroupResponseData()
                .setMemberId(member.id)
                .setGenerationId(member.standing.epoch())
                .setProtocolType(CONSUMERS)
                .setProtocolName(request.protocols().keySet().iterator().next())
                .setLeader("");
    }

    private ConsumerMember arrive(ConsumerGroup group, JoinRequest request, Moment now) {
        String memberId = request.isNew() ? newId(request) : request.memberId();
        Profile blank = Profile.blank(request.instanceId(), request.clientId(), request.clientHost());
        return Membership.arrive(group, memberId, blank, now);
    }

    private void goOn(ConsumerGroup group, ConsumerMember member, Set<Place> owned, Moment now, Effects out) {
        Membership.reconcile(group, member, owned, now, out);
        if (member.standing.state() != MemberState.UNREVOKED_PARTITIONS) {
            member.revocationDeadlineMs = ConsumerMember.NEVER;
        }
        membership.heardOf(group, member, now, out);
    }

    private static boolean fits(ConsumerGroup group, JoinRequest request) {
        return CONSUMERS.equals(request.protocolType())
                && request.protocols().keySet().stream()
                        .anyMatch(offer -> group.members().stream()
                                .allMatch(member -> member.profile.classic() == null
                                        || member.profile.classic().offers(offer)));
    }

    private Errors admit(ConsumerGroup group, JoinRequest request, Moment now) {
        ConsumerMember owner = request.instanceId() == null ? null : group.findInstance(request.instanceId());
        if (request.isNew()) {
            return owner != null || membership.hasRoom(group) ? Errors.NONE : Errors.GROUP_MAX_SIZE_REACHED;
        }
        if (request.instanceId() != null || group.find(request.memberId()) != null) {
            return checkMember(group, request.memberId(), request.instanceId());
        }
        if (!group.expectedIds.take(request.memberId(), now.nowMs())) {
            return Errors.UNKNOWN_MEMBER_ID;
        }
        return membership.hasRoom(group) ? Errors.NONE : Errors.GROUP_MAX_SIZE_REACHED;
    }

    private static @Nullable ConsumerMember known(ConsumerGroup group, JoinRequest request) {
        return request.instanceId() == null ? group.find(request.memberId()) : group.findInstance(request.instanceId());
    }

    private String newId(JoinRequest request) {
        String name = request.instanceId() == null ? request.clientId() : request.instanceId();
        String prefix = name.length() <= MAX_PREFIX_CHARS ? name : name.substring(0, MAX_PREFIX_CHARS);
        return prefix + "-" + new UUID(random.nextLong(), random.nextLong());
    }

    private static Optional<ConsumerProtocolSubscription> subscription(JoinRequest request) {
        return request.protocols().values().stream()
                .findFirst()
                .flatMap(Subscriptions::read)
                .filter(said -> said.topics().size() <= MAX_TOPICS);
    }

    private static Profile profile(JoinRequest request, ConsumerProtocolSubscription said) {
        return new Profile(
                new Profile.Origin(request.instanceId(), said.rackId(), request.clientId(), request.clientHost()),
                new Profile.Wishes(new TreeSet<>(said.topics()), null, null),
                request.rebalanceTimeoutMs(),
                new Profile.Classic(
                        request.sessionTimeoutMs(),
                        request.protocols().entrySet().stream()
                                .map(offer -> new Profile.Offer(offer.getKey(), ByteBuffer.wrap(offer.getValue())))
                                .toList()));
    }

    private Set<Place> owned(ConsumerProtocolSubscription said) {
        Set<Place> owned = new HashSet<>();
        said.ownedPartitions()
                .forEach(topic -> topics.idOf(topic.topic())
                        .ifPresent(topicId ->
                                topic.partitions().forEach(partition -> owned.add(new Place(topicId, partition)))));
        return owned;
    }

    /// SyncGroup: what the member may read. Assignments of a client are not heeded.
    public SyncGroupResponseData sync(ConsumerGroup group, SyncGroupRequestData request, Moment now, Effects out) {
        ConsumerMember member = group.find(request.memberId());
        Errors refusal = checkGeneration(group, request.memberId(), request.groupInstanceId(), request.generationId());
        if (refusal == Errors.NONE && !saysItsProtocol(member, request)) {
            refusal = Errors.INCONSISTENT_GROUP_PROTOCOL;
        }
        if (refusal == Errors.NONE && isBehind(group, member)) {
            refusal = Errors.REBALANCE_IN_PROGRESS;
        }
        if (refusal != Errors.NONE || member == null) {
            return new SyncGroupResponseData().setErrorCode(refusal.code());
        }
        membership.heardOf(group, member, now, out);
        return new SyncGroupResponseData()
                .setProtocolType(CONSUMERS)
                .setProtocolName(request.protocolName())
                .setAssignment(ClassicHandover.assignment(member, topics));
    }

    private static boolean saysItsProtocol(@Nullable ConsumerMember member, SyncGroupRequestData request) {
        Profile.Classic classic = member == null ? null : member.profile.classic();
        return (request.protocolType() == null || request.protocolType().equals(CONSUMERS))
                && (request.protocolName() == null || classic != null && classic.offers(request.protocolName()));
    }

    /// A new target is there, and the member is not already on its way by giving something up.
    private static boolean isBehind(ConsumerGroup group, @Nullable ConsumerMember member) {
        return member != null
                && member.standing.epoch() < group.targetEpoch
                && member.standing.state() != MemberState.UNREVOKED_PARTITIONS;
    }

    /// Heartbeat: the error to answer.
    public Errors heartbeat(ConsumerGroup group, HeartbeatRequestData request, Moment now, Effects out) {
        Errors refusal = checkGeneration(group, request.memberId(), request.groupInstanceId(), request.generationId());
        ConsumerMember member = group.find(request.memberId());
        if (refusal != Errors.NONE || member == null) {
            return refusal;
        }
        targets.renewIfChanged(group, false, now, out);
        boolean mustRejoin = member.standing.state() == MemberState.UNREVOKED_PARTITIONS
                || !Membership.next(group, member, null).equals(member.standing);
        if (mustRejoin && member.revocationDeadlineMs == ConsumerMember.NEVER) {
            member.revocationDeadlineMs = now.nowMs() + member.profile.rebalanceTimeoutMs();
        }
        membership.heardOf(group, member, now, out);
        return mustRejoin ? Errors.REBALANCE_IN_PROGRESS : Errors.NONE;
    }

    /// May this member commit these offsets, in this generation? An offset of a partition that it has had since counts
    /// as in time.
    public Errors checkCommit(
            ConsumerGroup group, String memberId, @Nullable String instanceId, int generation, List<Place> places) {
        Errors refusal = checkMember(group, memberId, instanceId);
        if (refusal != Errors.NONE) {
            return refusal;
        }
        Errors epoch = group.checkMember(memberId, generation, places);
        return epoch == Errors.STALE_MEMBER_EPOCH ? Errors.ILLEGAL_GENERATION : epoch;
    }

    /// LeaveGroup: one answer for each, in the same order. An administrator may name any member with an instance id.
    public List<MemberResponse> leave(ConsumerGroup group, List<MemberIdentity> leaving, Moment now, Effects out) {
        int before = group.size();
        List<MemberResponse> answers = leaving.stream()
                .map(identity -> new MemberResponse()
                        .setMemberId(identity.memberId())
                        .setGroupInstanceId(identity.groupInstanceId())
                        .setErrorCode(leaveOne(group, identity, now, out).code()))
                .toList();
        if (group.size() < before) {
            targets.renew(group, now, out);
        }
        return answers;
    }

    private static Errors leaveOne(ConsumerGroup group, MemberIdentity identity, Moment now, Effects out) {
        ConsumerMember owner =
                identity.groupInstanceId() == null ? null : group.findInstance(identity.groupInstanceId());
        Errors refusal = identity.memberId().isEmpty()
                ? owner == null ? Errors.UNKNOWN_MEMBER_ID : Errors.NONE
                : checkMember(group, identity.memberId(), identity.groupInstanceId());
        ConsumerMember member = identity.memberId().isEmpty() ? owner : group.find(identity.memberId());
        if (refusal == Errors.NONE && member != null) {
            String reason = identity.reason() == null || identity.reason().isEmpty() ? "it said so" : identity.reason();
            Membership.remove(group, member, Kind.LEFT, reason, now, out);
        } else if (identity.groupInstanceId() == null && group.expectedIds.take(identity.memberId(), now.nowMs())) {
            return Errors.NONE;
        }
        return refusal;
    }

    private static Errors checkGeneration(
            ConsumerGroup group, String memberId, @Nullable String instanceId, int generation) {
        Errors refusal = checkMember(group, memberId, instanceId);
        ConsumerMember member = group.find(memberId);
        if (refusal != Errors.NONE || member == null) {
            return refusal;
        }
        return generation == member.standing.epoch() ? Errors.NONE : Errors.ILLEGAL_GENERATION;
    }

    private static Errors checkMember(ConsumerGroup group, String memberId, @Nullable String instanceId) {
        ConsumerMember owner = instanceId == null ? null : group.findInstance(instanceId);
        if (instanceId != null && owner == null) {
            return Errors.UNKNOWN_MEMBER_ID;
        }
        if (owner != null && !owner.id.equals(memberId)) {
            return Errors.FENCED_INSTANCE_ID;
        }
        ConsumerMember member = group.find(memberId);
        return member == null || !member.isClassic() ? Errors.UNKNOWN_MEMBER_ID : Errors.NONE;
    }
}
