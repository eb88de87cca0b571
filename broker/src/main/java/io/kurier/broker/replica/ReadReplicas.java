package io.kurier.broker.replica;

import io.kurier.broker.replica.leader.ReadCandidate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The followers of one partition that consumers read instead of its leader (KIP-392): which could be, and to which the
/// leader has sent any. Safe for use by several threads.
public final class ReadReplicas {
    private final Commitment commitment;
    private volatile Set<Integer> read = Set.of();

    ReadReplicas(Commitment commitment) {
        this.commitment = commitment;
    }

    /// Those in sync that have the record at `offset`, or end there.
    public List<ReadCandidate> at(long offset) {
        return commitment.inSyncAt(offset);
    }

    /// A consumer is sent to this replica. Nobody says when it stops to read there. The replica's fetch may wait
    /// already, and is looked at again.
    public void send(int replica) {
        if (!read.contains(replica)) {
            synchronized (this) {
                Set<Integer> more = new HashSet<>(read);
                more.add(replica);
                read = Set.copyOf(more);
            }
            commitment.wakeFollowers();
        }
    }

    /// True if consumers were sent to this replica: it must hear at once how far is committed.
    public boolean isRead(int replica) {
        return read.contains(replica);
    }
}
