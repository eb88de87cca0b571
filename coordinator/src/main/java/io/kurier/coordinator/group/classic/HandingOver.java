package io.kurier.coordinator.group.classic;

import io.kurier.coordinator.group.classic.GroupEvent.Kind;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.protocol.Errors;

/// How the members of a classic group go over to a consumer group, and come back (KIP-848).
final class HandingOver {
    private static final String CONSUMERS = "consumer";

    private final Rebalance rebalance;

    HandingOver(Rebalance rebalance) {
        this.rebalance = rebalance;
    }

    /// Gives the members away. Whoever waits for an answer is told to rejoin. Members that were never in a generation
    /// have nothing to bring, and come anew.
    static List<HandedMember> handOver(ClassicGroup group, Step step) {
        List<HandedMember> handed = new ArrayList<>();
        for (Member member : group.members.all()) {
            Joining.release(member, Errors.REBALANCE_IN_PROGRESS, step);
            if (!member.isNew) {
                handed.add(new HandedMember(
                        new HandedMember.Identity(member.id, member.instanceId, member.clientId, member.clientHost),
                        new HandedMember.Timeouts(member.sessionTimeoutMs, member.rebalanceTimeoutMs),
                        member.protocols,
                        member.assignment));
            }
        }
        return handed;
    }

    /// Ids that were given out, or belong to members that were never in a generation: who brings one is no stranger.
    static List<String> expected(ClassicGroup group) {
        List<String> ids = new ArrayList<>();
        group.members.eachPending((id, deadlineMs) -> ids.add(id));
        group.members.all().stream().filter(member -> member.isNew).forEach(member -> ids.add(member.id));
        return ids;
    }

    /// A classic group of these members, which are told to rejoin.
    ClassicGroup takeOver(String groupId, int generation, List<HandedMember> members, GroupHistory history, Step step) {
        ClassicGroup group = new ClassicGroup(groupId, history);
        group.generation = generation;
        group.protocolType = CONSUMERS;
        for (HandedMember handed : members) {
            HandedMember.Identity identity = handed.identity();
            Member member = new Member(
                    identity.id(),
                    identity.instanceId(),
                    identity.clientId(),
                    identity.clientHost(),
                    handed.protocols());
            member.sessionTimeoutMs = handed.timeouts().sessionMs();
            member.rebalanceTimeoutMs = handed.timeouts().rebalanceMs();
            member.assignment = handed.assignment();
            group.members.add(member);
            group.heardOf(member, step);
        }
        group.protocol = group.members.selectProtocol();
        group.transitionTo(GroupState.STABLE, step);
        group.store(group.toRecord(step), step);
        group.remember(step, Kind.MIGRATED, "", "to a classic group: the last member of the new protocol is gone");
        rebalance.membershipChanged(group, "the group is classic again", step);
        group.arm(step);
        return group;
    }
}
