package io.kurier.coordinator.group.classic;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.JoinGroupResponseData.JoinGroupResponseMember;
import org.apache.kafka.common.protocol.Errors;

/// The answers to JoinGroup.
public final class JoinAnswers {
    private JoinAnswers() {}

    /// A refusal. Versions before 7 have no null for the protocol's name.
    public static JoinGroupResponseData error(String memberId, Errors error) {
        return new JoinGroupResponseData()
                .setMemberId(memberId)
                .setErrorCode(error.code())
                .setGenerationId(-1)
                .setProtocolName("")
                .setLeader("");
    }

    /// The member's place in the group's generation; the leader also learns who else is in it.
    static JoinGroupResponseData generation(ClassicGroup group, Member member) {
        String leaderId = group.members.leaderId();
        return of(group, member, leaderId == null ? "" : leaderId)
                .setMembers(group.members.isLeader(member) ? everybody(group) : List.of());
    }

    /// The generation as a follower is told it, under a leader of this name.
    static JoinGroupResponseData follower(ClassicGroup group, Member member, String leaderId) {
        return of(group, member, leaderId);
    }

    private static JoinGroupResponseData of(ClassicGroup group, Member member, String leaderId) {
        return new JoinGroupResponseData()
                .setMemberId(member.id)
                .setGenerationId(group.generation)
                .setProtocolType(group.protocolType)
                .setProtocolName(group.protocol == null ? "" : group.protocol)
                .setLeader(leaderId);
    }

    private static List<JoinGroupResponseMember> everybody(ClassicGroup group) {
        List<JoinGroupResponseMember> all = new ArrayList<>(group.members.size());
        for (Member member : group.members.all()) {
            all.add(new JoinGroupResponseMember()
                    .setMemberId(member.id)
                    .setGroupInstanceId(member.instanceId)
                    .setMetadata(member.metadata(group.protocol)));
        }
        return all;
    }
}
