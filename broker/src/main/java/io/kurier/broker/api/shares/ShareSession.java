package io.kurier.broker.api.shares;

import io.kurier.broker.share.ShareKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/// What one member of a share group reads from this node again and again (KIP-932): requests carry only changes, and
/// are counted, so that none is taken twice.
final class ShareSession {
    private final String groupId;
    private final String memberId;
    private final CompletionStage<Void> line;
    private final Set<ShareKey> keys = new LinkedHashSet<>();
    private int nextEpoch = 1;
    private Runnable endWait = () -> {};
    private volatile boolean open = true;

    /// @param line of its connection
    ShareSession(String groupId, String memberId, CompletionStage<Void> line) {
        this.groupId = groupId;
        this.memberId = memberId;
        this.line = line;
    }

    CompletionStage<Void> line() {
        return line;
    }

    String groupId() {
        return groupId;
    }

    String memberId() {
        return memberId;
    }

    /// False when it was closed, or another one took its place.
    boolean isOpen() {
        return open;
    }

    void close() {
        open = false;
        waits(() -> {});
    }

    /// A request begins to wait. One before it that still waits does not any more.
    ///
    /// @param end ends the wait of this one
    void waits(Runnable end) {
        Runnable before;
        synchronized (this) {
            before = endWait;
            endWait = end;
        }
        before.run();
    }

    /// Takes a request's epoch; false if it is not the one that is due.
    synchronized boolean takeEpoch(int epoch) {
        if (epoch != nextEpoch) {
            return false;
        }
        nextEpoch = nextEpoch == Integer.MAX_VALUE ? 1 : nextEpoch + 1;
        return true;
    }

    /// Takes the changes of a request. False if it would have more than `most` partitions; then nothing is changed.
    synchronized boolean update(Collection<ShareKey> added, Collection<ShareKey> forgotten, int most) {
        Set<ShareKey> after = new LinkedHashSet<>(keys);
        after.addAll(added);
        forgotten.forEach(after::remove);
        if (after.size() > most) {
            return false;
        }
        keys.addAll(added);
        forgotten.forEach(keys::remove);
        return true;
    }

    /// What it reads, those first that have waited longest.
    synchronized List<ShareKey> keys() {
        return new ArrayList<>(keys);
    }

    /// These were given records: they are last next time.
    synchronized void served(Collection<ShareKey> some) {
        for (ShareKey key : some) {
            if (keys.remove(key)) {
                keys.add(key);
            }
        }
    }
}
