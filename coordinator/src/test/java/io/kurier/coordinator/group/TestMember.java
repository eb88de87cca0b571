package io.kurier.coordinator.group;

import io.kurier.coordinator.Caller;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocolCollection;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// A client of the group `g`, by hand: it remembers its id and its generation, nothing else.
final class TestMember {
    private final GroupFixture groups;
    final String clientId;
    String group = GroupFixture.GROUP;
    String id = "";

    @Nullable
    String instanceId;

    int generation = -1;
    int joinVersion = 9;
    int sessionTimeoutMs = 10_000;
    int rebalanceTimeoutMs = 60_000;
    String protocolType = "consumer";
    Map<String, String> protocols = new LinkedHashMap<>(Map.of("range", "r1"));

    TestMember(GroupFixture groups, String clientId) {
        this.groups = groups;
        this.clientId = clientId;
    }

    TestMember named(String instance) {
        instanceId = instance;
        return this;
    }

    TestMember in(String otherGroup) {
        group = otherGroup;
        return this;
    }

    private Caller caller(int version) {
        return new Caller((short) version, clientId, "/10.0.0.1");
    }

    /// Joins as real clients do: asked for its id, it comes again with it. May stay unanswered.
    CompletableFuture<JoinGroupResponseData> join() {
        CompletableFuture<JoinGroupResponseData> first = joinOnce();
        groups.sim.settle();
        if (first.isDone() && first.join().errorCode() == Errors.MEMBER_ID_REQUIRED.code()) {
            return joinOnce();
        }
        return first;
    }

    /// Joins, and looks at no answer.
    void startJoin() {
        CompletableFuture<JoinGroupResponseData> _ = join();
    }

    CompletableFuture<JoinGroupResponseData> joinOnce() {
        JoinGroupRequestProtocolCollection offered = new JoinGroupRequestProtocolCollection();
        protocols.forEach((name, metadata) -> offered.add(new JoinGroupRequestProtocol()
                .setName(name)
                .setMetadata(metadata.getBytes(StandardCharsets.ISO_8859_1))));
        JoinGroupRequestData request = new JoinGroupRequestData()
                .setGroupId(group)
                .setMemberId(id)
                .setGroupInstanceId(instanceId)
                .setProtocolType(protocolType)
                .setProtocols(offered)
                .setSessionTimeoutMs(sessionTimeoutMs)
                .setRebalanceTimeoutMs(rebalanceTimeoutMs);
        return groups.coordinator.joinGroup(caller(joinVersion), request).thenApply(answer -> {
            if (answer.errorCode() == 0 || answer.errorCode() == Errors.MEMBER_ID_REQUIRED.code()) {
                id = answer.memberId();
            }
            generation = answer.errorCode() == 0 ? answer.generationId() : generation;
            return answer;
        });
    }

    /// Joins, and must be answered at once.
    JoinGroupResponseData joined() {
        CompletableFuture<JoinGroupResponseData> join = join();
        return groups.now(join);
    }

    Errors joinError() {
        return Errors.forCode(joined().errorCode());
    }

    CompletableFuture<SyncGroupResponseData> sync(Map<String, String> assignments) {
        return groups.coordinator.syncGroup(caller(5), syncRequest(assignments));
    }

    SyncGroupRequestData syncRequest(Map<String, String> assignments) {
        List<SyncGroupRequestAssignment> all = assignments.entrySet().stream()
                .map(entry -> new SyncGroupRequestAssignment()
                        .setMemberId(entry.getKey())
                        .setAssignment(entry.getValue().getBytes(StandardCharsets.UTF_8)))
                .toList();
        return new SyncGroupRequestData()
                .setGroupId(group)
                .setMemberId(id)
                .setGroupInstanceId(instanceId)
                .setGenerationId(generation)
                .setProtocolType(protocolType)
                .setProtocolName(protocols.keySet().iterator().next())
                .setAssignments(all);
    }

    /// Syncs, and must be answered at once: its assignment, or the name of the error.
    String synced(Map<String, String> assignments) {
        SyncGroupResponseData answer = groups.now(sync(assignments));
        return answer.errorCode() == 0
                ? new String(answer.assignment(), StandardCharsets.UTF_8)
                : Errors.forCode(answer.errorCode()).name();
    }

    Errors heartbeat() {
        return groups.now(heartbeatLater());
    }

    CompletableFuture<Errors> heartbeatLater() {
        HeartbeatRequestData request = new HeartbeatRequestData()
                .setGroupId(group)
                .setMemberId(id)
                .setGroupInstanceId(instanceId)
                .setGenerationId(generation);
        return groups.coordinator.heartbeat(caller(4), request).thenApply(answer -> Errors.forCode(answer.errorCode()));
    }

    /// As versions before 3 have it.
    LeaveGroupRequestData leaveRequest() {
        return new LeaveGroupRequestData().setGroupId(group).setMemberId(id);
    }

    Errors leave() {
        LeaveGroupRequestData request = new LeaveGroupRequestData()
                .setGroupId(group)
                .setMembers(List.of(new MemberIdentity().setMemberId(id).setGroupInstanceId(instanceId)));
        var answer = groups.now(groups.coordinator.leaveGroup(caller(5), request));
        return Errors.forCode(
                answer.errorCode() != 0
                        ? answer.errorCode()
                        : answer.members().getFirst().errorCode());
    }

    CompletableFuture<OffsetCommitResponseData> commitLater(String topic, int partition, long offset) {
        return groups.coordinator.commitOffsets(caller(9), commitRequest(topic, partition, offset));
    }

    OffsetCommitRequestData commitRequest(String topic, int partition, long offset) {
        return new OffsetCommitRequestData()
                .setGroupId(group)
                .setMemberId(id)
                .setGroupInstanceId(instanceId)
                .setGenerationIdOrMemberEpoch(generation)
                .setTopics(List.of(new OffsetCommitRequestTopic()
                        .setName(topic)
                        .setPartitions(List.of(new OffsetCommitRequestPartition()
                                .setPartitionIndex(partition)
                                .setCommittedOffset(offset)
                                .setCommittedLeaderEpoch(3)
                                .setCommittedMetadata("note")))));
    }

    Errors commit(String topic, int partition, long offset) {
        return errorOf(groups.now(commitLater(topic, partition, offset)));
    }

    static Errors errorOf(OffsetCommitResponseData answer) {
        return Errors.forCode(answer.topics().getFirst().partitions().getFirst().errorCode());
    }

    /// The committed offset, -1 for none.
    long fetch(String topic, int partition) {
        OffsetFetchRequestData request = new OffsetFetchRequestData()
                .setGroups(List.of(new OffsetFetchRequestGroup()
                        .setGroupId(group)
                        .setTopics(List.of(new OffsetFetchRequestTopics()
                                .setName(topic)
                                .setPartitionIndexes(List.of(partition))))));
        return groups.now(groups.coordinator.fetchOffsets(caller(9), request))
                .groups()
                .getFirst()
                .topics()
                .getFirst()
                .partitions()
                .getFirst()
                .committedOffset();
    }
}
