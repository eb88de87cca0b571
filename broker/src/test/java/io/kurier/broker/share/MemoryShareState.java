package io.kurier.broker.share;

import io.kurier.broker.share.machine.StateBatch;
import io.kurier.broker.share.machine.StateWrite;
import io.kurier.broker.share.machine.StoredState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.protocol.Errors;

/// States of share partitions in memory, an entry for each offset, with the fences of a share coordinator. Outlives the
/// nodes of a test.
public final class MemoryShareState implements ShareState {
    /// What reads and writes are answered from now on; NONE to serve them.
    public volatile Errors failure = Errors.NONE;

    private final Map<ShareKey, Kept> kept = new HashMap<>();

    private static final class Kept {
        private int leaderEpoch = -1;
        private int stateEpoch;
        private long start = StoredState.UNKNOWN;
        private final TreeMap<Long, StateBatch> offsets = new TreeMap<>();
    }

    private Kept of(ShareKey key) {
        return kept.computeIfAbsent(key, _ -> new Kept());
    }

    @Override
    public synchronized CompletableFuture<StoredState> read(ShareKey key, int leaderEpoch) {
        Kept state = of(key);
        if (failure != Errors.NONE) {
            return CompletableFuture.failedFuture(failure.exception());
        }
        if (leaderEpoch < state.leaderEpoch) {
            return CompletableFuture.failedFuture(Errors.FENCED_LEADER_EPOCH.exception());
        }
        state.leaderEpoch = leaderEpoch;
        return CompletableFuture.completedFuture(
                new StoredState(state.stateEpoch, -1, state.start, new ArrayList<>(state.offsets.values())));
    }

    @Override
    public synchronized CompletableFuture<Errors> write(ShareKey key, Writer by, StateWrite write) {
        Kept state = of(key);
        if (failure != Errors.NONE) {
            return CompletableFuture.completedFuture(failure);
        }
        if (by.leaderEpoch() < state.leaderEpoch) {
            return CompletableFuture.completedFuture(Errors.FENCED_LEADER_EPOCH);
        }
        if (by.stateEpoch() < state.stateEpoch) {
            return CompletableFuture.completedFuture(Errors.FENCED_STATE_EPOCH);
        }
        state.start = Math.max(state.start, write.startOffset());
        for (StateBatch batch : write.batches()) {
            for (long offset = batch.first(); offset <= batch.last(); offset++) {
                state.offsets.put(offset, new StateBatch(offset, offset, batch.state(), batch.deliveries()));
            }
        }
        state.offsets.headMap(state.start).clear();
        return CompletableFuture.completedFuture(Errors.NONE);
    }

    /// Offsets are reset: who has read the state before cannot write any more.
    public synchronized void reset(ShareKey key, long start) {
        Kept state = of(key);
        state.stateEpoch++;
        state.start = start;
        state.offsets.clear();
    }

    /// The offset below which everything is finished.
    public synchronized long start(ShareKey key) {
        return of(key).start;
    }

    /// What is stored of single offsets.
    public synchronized List<StateBatch> offsets(ShareKey key) {
        return List.copyOf(of(key).offsets.values());
    }
}
