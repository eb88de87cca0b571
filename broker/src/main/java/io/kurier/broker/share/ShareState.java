package io.kurier.broker.share;

import io.kurier.broker.share.machine.StateWrite;
import io.kurier.broker.share.machine.StoredState;
import io.kurier.coordinator.share.WriteOrder;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.protocol.Errors;

/// Where the states of share partitions are kept, so that another node can go on (KIP-932: the share coordinator).
public interface ShareState {
    /// What is stored. It fails with an [org.apache.kafka.common.errors.ApiException]: FENCED_LEADER_EPOCH if a later
    /// leader has read it, and whatever the coordinator answers else.
    ///
    /// @param leaderEpoch in which this node leads the partition; from then on earlier leaders cannot write any more
    CompletableFuture<StoredState> read(ShareKey key, int leaderEpoch);

    /// Stores changes; NONE when they are safe. Any other answer may mean that they are stored nevertheless. Never
    /// fails.
    ///
    /// @param by who writes
    CompletableFuture<Errors> write(ShareKey key, Writer by, StateWrite write);

    /// Who writes, and when.
    ///
    /// @param leaderEpoch in which it leads the partition
    /// @param stateEpoch that it has read
    /// @param order of this write, higher than all before it ([WriteOrder])
    record Writer(int leaderEpoch, int stateEpoch, long order) {
        /// The same one, for the next write.
        Writer next() {
            return order == WriteOrder.NONE ? this : new Writer(leaderEpoch, stateEpoch, order + 1);
        }
    }
}
