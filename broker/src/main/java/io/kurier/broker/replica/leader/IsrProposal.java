package io.kurier.broker.replica.leader;

import java.util.List;

/// Which replicas a leader wants to be in sync, as it asks the controller for it (AlterPartition).
///
/// @param leaderEpoch in which it is asked
/// @param partitionEpoch the state that it changes: with any other the controller refuses it
/// @param isr the members it is to have
public record IsrProposal(int leaderEpoch, int partitionEpoch, List<Member> isr) {
    /// A replica, and the broker epoch in which it was seen in sync; -1 where that is not known.
    public record Member(int id, long brokerEpoch) {}

    boolean names(int id) {
        for (Member member : isr) {
            if (member.id == id) {
                return true;
            }
        }
        return false;
    }
}
