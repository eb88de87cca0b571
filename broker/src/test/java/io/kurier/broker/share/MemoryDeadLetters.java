package io.kurier.broker.share;

import io.kurier.broker.replica.Partition;
import io.kurier.broker.share.machine.Dying;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/// Dead letters in memory.
public final class MemoryDeadLetters implements DeadLetters {
    /// Whether they are refused from now on.
    public volatile boolean refused;

    private final List<Dying> asked = new CopyOnWriteArrayList<>();
    private final List<Dying> written = new CopyOnWriteArrayList<>();

    @Override
    public CompletableFuture<Long> write(ShareKey key, Partition partition, Dying dying) {
        asked.add(dying);
        if (refused) {
            return CompletableFuture.completedFuture(dying.first());
        }
        written.add(dying);
        return CompletableFuture.completedFuture(dying.last() + 1);
    }

    /// What was to be written, refused or not.
    public List<Dying> asked() {
        return List.copyOf(asked);
    }

    /// What is written.
    public List<Dying> written() {
        return List.copyOf(written);
    }
}
