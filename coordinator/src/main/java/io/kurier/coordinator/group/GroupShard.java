package io.kurier.coordinator.group;

import io.kurier.coordinator.Caller;
import io.kurier.coordinator.TopicMetadata;
import io.kurier.coordinator.group.classic.ClassicGroup;
import io.kurier.coordinator.group.classic.ClassicProtocol;
import io.kurier.coordinator.group.classic.JoinAnswers;
import io.kurier.coordinator.group.classic.JoinRequest;
import io.kurier.coordinator.group.classic.Step;
import io.kurier.coordinator.group.consumer.ConsumerChecks;
import io.kurier.coordinator.group.consumer.ConsumerGroup;
import io.kurier.coordinator.group.consumer.ConsumerProtocol;
import io.kurier.coordinator.group.consumer.ConsumerReplay;
import io.kurier.coordinator.group.offsets.CommittedOffset;
import io.kurier.coordinator.group.offsets.PendingOffsets;
import io.kurier.coordinator.group.records.GroupRecord;
import io.kurier.coordinator.group.records.GroupRecords;
import io.kurier.coordinator.group.share.ShareProtocol;
import io.kurier.coordinator.group.share.ShareReplay;
import io.kurier.coordinator.runtime.Effects;
import io.kurier.coordinator.runtime.Moment;
import io.kurier.coordinator.runtime.ShardMachine;
import io.kurier.coordinator.runtime.Ticket;
import io.kurier.protocol.records.LogRecord;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupResponseData.MemberResponse;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The groups of one partition of `__consumer_offsets`: finds the group that an event is for, and keeps the list of
/// groups tidy. Pure, as every [ShardMachine].
public final class GroupShard implements ShardMachine {
    private static final Logger LOG = LoggerFactory.getLogger(GroupShard.class);
    private static final String EXPIRY = "expiry";
    private static final String GROUP_WAKE = ClassicGroup.wakeKey("");
    private static final String CONSUMER_WAKE = ConsumerProtocol.wakeKey("");

    private final GroupRegistry groups = new GroupRegistry();
    private final GroupSettings settings;
    private final ClassicProtocol protocol;
    private final ConsumerProtocol consumers;
    private final Migration migration;
    private final OffsetEvents offsets;
    private final TxnOffsetEvents txnOffsets;
    private final PendingOffsets pending = new PendingOffsets();
    private final GroupAdministration administration;
    private final StreamsEvents streams;
    private final ShareEvents shares;

    /// @param random for member ids
    /// @param shares how share groups are kept
    public GroupShard(
            GroupSettings settings,
            GroupConfigs configs,
            TopicMetadata topics,
            RandomGenerator random,
            ShareProtocol shares) {
        this.settings = settings;
        this.protocol = new ClassicProtocol(settings, random);
        this.consumers = new ConsumerProtocol(settings.consumers(), configs, topics, random);
        this.migration = new Migration(settings, protocol, topics);
        CommitChecks commits = new CommitChecks(protocol, consumers.classicMembers(), topics);
        this.offsets = new OffsetEvents(groups, commits, topics, settings, pending);
        this.txnOffsets = new TxnOffsetEvents(groups, commits, topics, settings, pending);
        this.administration = new GroupAdministration(groups, consumers.descriptions());
        this.streams = new StreamsEvents(groups, settings, configs, topics);
        this.shares = new ShareEvents(groups, shares, topics);
    }

    /// Commits, fetches and removes offsets.
    OffsetEvents offsets() {
        return offsets;
    }

    /// Commits offsets in transactions, and ends those.
    TxnOffsetEvents txnOffsets() {
        return txnOffsets;
    }

    /// What happens to share groups.
    ShareEvents shares() {
        return shares;
    }

    /// These topics are gone: forgets what is kept of them.
    void topicsDeleted(Set<String> deleted, Ticket<Errors> ticket, Moment now, Effects out) {
        shares.topicsDeleted(deleted, now, out);
        offsets.topicsDeleted(deleted, ticket, now, out);
    }

    /// Lists, describes and deletes groups.
    GroupAdministration administration() {
        return administration;
    }

    /// What happens to streams groups.
    StreamsEvents streams() {
        return streams;
    }

    @Override
    public void replay(LogRecord record) {
        switch (GroupRecords.read(record)) {
            case GroupRecord.Offset offset -> {
                pending.outdate(offset.groupId(), new TopicPartition(offset.topic(), offset.partition()));
                Group group = groups.findOrCreate(offset.groupId());
                if (offset.value() == null) {
                    group.offsets.remove(offset.topic(), offset.partition());
                } else {
                    group.offsets.put(offset.topic(), offset.partition(), CommittedOffset.of(offset.value()));
                }
                groups.dropIfNothing(group);
            }
            case GroupRecord.Group stored -> {
                Group group = groups.findOrCreate(stored.groupId());
                group.classic = stored.value() == null
                        ? new ClassicGroup(stored.groupId(), group.history)
                        : ClassicGroup.restore(stored.groupId(), stored.value(), group.history);
                groups.dropIfNothing(group);
            }
            case GroupRecord.Consumer part -> {
                Group group = groups.findOrCreate(part.groupId());
                ConsumerGroup consumer =
                        group.consumer == null ? new ConsumerGroup(part.groupId(), group.history) : group.consumer;
                ConsumerReplay.replay(consumer, part.key(), part.value());
                group.consumer = consumer.isBlank() ? null : consumer;
                groups.dropIfNothing(group);
            }
            case GroupRecord.Streams part -> streams.replay(part);
            case GroupRecord.Share part -> {
                Group group = groups.findOrCreate(part.groupId());
                ShareReplay.replay(group.becomeShare(), part.key(), part.value());
                groups.dropIfNothing(group);
            }
            case GroupRecord.Foreign foreign -> {
                Group group = groups.findOrCreate(foreign.groupId());
                group.foreign(foreign.key(), foreign.present());
                groups.dropIfNothing(group);
            }
            case GroupRecord.Unknown unknown ->
                LOG.warn("Skipped the record at offset {}: {}", record.offset(), unknown.reason());
        }
    }

    @Override
    public void replayInTransaction(long producerId, short epoch, LogRecord record) {
        if (GroupRecords.read(record) instanceof GroupRecord.Offset offset && offset.value() != null) {
            txnOffsets.add(
                    producerId,
                    epoch,
                    offset.groupId(),
                    new TopicPartition(offset.topic(), offset.partition()),
                    CommittedOffset.of(offset.value()));
        } else {
            LOG.warn("Skipped the record at offset {}: only offsets are committed in transactions", record.offset());
        }
    }

    @Override
    public void replayEnd(long producerId, short epoch, boolean commit) {
        txnOffsets.end(producerId, epoch, commit);
    }

    @Override
    public void loaded(Moment now, Effects out) {
        Step step = new Step(now, out);
        for (Group group : groups.all()) {
            protocol.resume(group.classic, step);
            if (group.consumer != null) {
                consumers.resume(group.consumer, now, out);
                migration.downgradeIfClassic(group, now, out);
            }
            streams.resume(group.streams, now, out);
            shares.resume(group, now, out);
        }
        out.wakeAt(EXPIRY, now.nowMs() + settings.offsetsRetentionCheckIntervalMs());
    }

    @Override
    public void wake(String key, Moment now, Effects out) {
        if (key.equals(EXPIRY)) {
            offsets.expire(now, out);
            out.wakeAt(EXPIRY, now.nowMs() + settings.offsetsRetentionCheckIntervalMs());
            return;
        }
        if (shares.wake(key, now, out)) {
            return;
        }
        if (key.startsWith(StreamsEvents.WAKE)) {
            streams.wake(key, now, out);
            return;
        }
        if (key.startsWith(CONSUMER_WAKE)) {
            Group group = groups.find(key.substring(CONSUMER_WAKE.length()));
            if (group != null && group.consumer != null) {
                consumers.wake(group.consumer, now, out);
                migration.downgradeIfClassic(group, now, out);
            }
            return;
        }
        Group group = groups.find(key.substring(GROUP_WAKE.length()));
        if (group != null) {
            protocol.wake(group.classic, new Step(now, out));
            groups.dropIfNothing(group);
        }
    }

    /// ConsumerGroupHeartbeat (KIP-848). A classic group becomes a consumer group by its first such member.
    void consumerHeartbeat(
            Caller caller,
            ConsumerGroupHeartbeatRequestData request,
            Ticket<ConsumerGroupHeartbeatResponseData> ticket,
            Moment now,
            Effects out) {
        Group group = groups.find(request.groupId());
        boolean joins = request.memberEpoch() == 0;
        if (group != null && group.streams != null && !group.streams.isEmpty()) {
            out.answer(ticket, ConsumerChecks.refused(Errors.GROUP_ID_NOT_FOUND, StreamsEvents.inTheWay(group)));
        } else if (group != null && group.share != null) {
            out.answer(
                    ticket,
                    ConsumerChecks.refused(
                            Errors.GROUP_ID_NOT_FOUND,
                            "Group " + request.groupId() + " is a share group: use another group id."));
        } else if (joins && group != null && !migration.mayUpgrade(group)) {
            out.answer(
                    ticket,
                    ConsumerChecks.refused(
                            Errors.GROUP_ID_NOT_FOUND,
                            "Group " + request.groupId() + " has members of the classic protocol that cannot go over"
                                    + " (group.consumer.migration.policy, group.consumer.max.size, members that are"
                                    + " no consumers): stop them first, or use another group id."));
        } else if (group == null && joins && groups.isFull()) {
            out.answer(ticket, ConsumerChecks.refused(Errors.POLICY_VIOLATION, "There are too many groups."));
        } else if (joins) {
            Group joined = group == null ? groups.findOrCreate(request.groupId()) : group;
            ConsumerGroup consumer = migration.upgrade(joined, now, out);
            out.answer(ticket, consumers.heartbeat(consumer, caller, request, now, out));
            migration.downgradeIfClassic(joined, now, out);
            groups.dropIfNothing(joined);
        } else if (group == null || group.consumer == null) {
            out.answer(
                    ticket,
                    ConsumerChecks.refused(
                            Errors.UNKNOWN_MEMBER_ID, "The group has no member " + request.memberId() + "."));
        } else {
            out.answer(
                    ticket,
                    request.memberEpoch() < 0
                            ? consumers.leave(group.consumer, request, now, out)
                            : consumers.heartbeat(group.consumer, caller, request, now, out));
            migration.downgradeIfClassic(group, now, out);
        }
    }

    void join(
            Caller caller,
            JoinGroupRequestData request,
            Ticket<JoinGroupResponseData> ticket,
            Moment now,
            Effects out) {
        Group group = groups.find(request.groupId());
        if (group == null && !request.memberId().isEmpty()) {
            out.answer(ticket, JoinAnswers.error(request.memberId(), Errors.UNKNOWN_MEMBER_ID));
            return;
        }
        if (group == null && groups.isFull()) {
            out.answer(ticket, JoinAnswers.error("", Errors.POLICY_VIOLATION));
            return;
        }
        if (group != null && (group.share != null || group.streams != null && !group.streams.isEmpty())) {
            out.answer(ticket, JoinAnswers.error(request.memberId(), Errors.INCONSISTENT_GROUP_PROTOCOL));
            return;
        }
        if (group != null && group.consumer != null && !group.consumer.isEmpty()) {
            JoinRequest joining = JoinRequest.of(caller, request);
            out.answer(ticket, consumers.classicMembers().join(group.consumer, joining, now, out));
            migration.downgradeIfClassic(group, now, out);
            return;
        }
        Group joined = group == null ? groups.findOrCreate(request.groupId()) : group;
        joined.becomeClassic(now, out);
        protocol.join(joined.classic, JoinRequest.of(caller, request), ticket, new Step(now, out));
        groups.dropIfNothing(joined);
    }

    void sync(SyncGroupRequestData request, Ticket<SyncGroupResponseData> ticket, Moment now, Effects out) {
        Group group = groups.find(request.groupId());
        if (group == null) {
            out.answer(ticket, new SyncGroupResponseData().setErrorCode(Errors.UNKNOWN_MEMBER_ID.code()));
        } else if (group.consumer != null) {
            out.answer(ticket, consumers.classicMembers().sync(group.consumer, request, now, out));
        } else {
            protocol.sync(group.classic, request, ticket, new Step(now, out));
        }
    }

    void heartbeat(HeartbeatRequestData request, Ticket<HeartbeatResponseData> ticket, Moment now, Effects out) {
        Group group = groups.find(request.groupId());
        Errors error = Errors.UNKNOWN_MEMBER_ID;
        if (group != null) {
            error = group.consumer == null
                    ? protocol.heartbeat(group.classic, request, new Step(now, out))
                    : consumers.classicMembers().heartbeat(group.consumer, request, now, out);
        }
        out.answerAtOnce(ticket, new HeartbeatResponseData().setErrorCode(error.code()));
    }

    void leave(LeaveGroupRequestData request, Ticket<LeaveGroupResponseData> ticket, Moment now, Effects out) {
        Group group = groups.find(request.groupId());
        List<MemberResponse> answers;
        if (group == null) {
            answers = request.members().stream().map(GroupShard::stranger).toList();
        } else if (group.consumer != null) {
            answers = consumers.classicMembers().leave(group.consumer, request.members(), now, out);
            migration.downgradeIfClassic(group, now, out);
        } else {
            answers = protocol.leave(group.classic, request.members(), new Step(now, out));
            groups.dropIfNothing(group);
        }
        out.answer(ticket, new LeaveGroupResponseData().setMembers(answers));
    }

    private static MemberResponse stranger(MemberIdentity identity) {
        return new MemberResponse()
                .setMemberId(identity.memberId())
                .setGroupInstanceId(identity.groupInstanceId())
                .setErrorCode(Errors.UNKNOWN_MEMBER_ID.code());
    }
}
