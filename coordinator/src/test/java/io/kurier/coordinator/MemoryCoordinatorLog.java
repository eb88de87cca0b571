package io.kurier.coordinator;

import io.kurier.kernel.Timers;
import io.kurier.protocol.records.LogRecord;
import io.kurier.protocol.records.NewRecord;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.apache.kafka.common.protocol.Errors;

/// A coordinator's topic in memory, with slow commits and failures on demand.
public final class MemoryCoordinatorLog implements CoordinatorLog {
    /// What becomes of one append.
    public enum Fate {
        /// It is committed.
        COMMITTED,
        /// Nothing is appended, and the caller knows.
        REFUSED,
        /// Nothing is kept, and the caller learns it later.
        LOST,
        /// It is kept, but the caller is told that it failed.
        KEPT_UNKNOWN
    }

    private final Timers timers;
    private final Map<Integer, List<LogRecord>> shards = new TreeMap<>();
    private final Map<LogRecord, BatchKind> kinds = new IdentityHashMap<>();
    private final Map<Integer, Integer> starts = new TreeMap<>();
    private final List<Integer> batchSizes = new ArrayList<>();
    private IntSupplier commitDelayMs = () -> 0;
    private java.util.function.Supplier<Fate> fate = () -> Fate.COMMITTED;
    private int failingReplays;

    public MemoryCoordinatorLog(Timers timers) {
        this.timers = timers;
    }

    public void commitAfterMs(IntSupplier delayMs) {
        commitDelayMs = delayMs;
    }

    public void decide(java.util.function.Supplier<Fate> fates) {
        fate = fates;
    }

    /// Just the next append fares like this.
    public void next(Fate once) {
        fate = () -> {
            fate = () -> Fate.COMMITTED;
            return once;
        };
    }

    public void failReplays(int times) {
        failingReplays = times;
    }

    public List<LogRecord> records(int shard) {
        return shards.computeIfAbsent(shard, number -> new ArrayList<>());
    }

    /// How many records each append had, in order.
    public List<Integer> batchSizes() {
        return batchSizes;
    }

    public void put(int shard, NewRecord record) {
        List<LogRecord> log = records(shard);
        log.add(new LogRecord(log.size(), record.timestampMs(), record.key(), record.value(), List.of()));
    }

    @Override
    public Append append(int shard, BatchKind kind, List<NewRecord> records) throws CoordinatorLogException {
        Fate now = fate.get();
        if (now == Fate.REFUSED) {
            throw new CoordinatorLogException(Errors.KAFKA_STORAGE_ERROR, "no more");
        }
        batchSizes.add(records.size());
        if (now != Fate.LOST) {
            for (NewRecord record : records) {
                put(shard, record);
                kinds.put(records(shard).getLast(), kind);
            }
            if (kind instanceof BatchKind.Marker) {
                put(shard, new NewRecord(0, null, null));
                kinds.put(records(shard).getLast(), kind);
            }
        }
        CompletableFuture<Void> committed = new CompletableFuture<>();
        Runnable end = now == Fate.COMMITTED
                ? () -> committed.complete(null)
                : () -> committed.completeExceptionally(new IllegalStateException("not committed"));
        int delayMs = commitDelayMs.getAsInt();
        if (delayMs == 0) {
            end.run();
        } else {
            timers.after(TimeUnit.MILLISECONDS.toNanos(delayMs), end);
        }
        return new Append(records(shard).size() - 1L, committed);
    }

    /// The offset of the first record that was not deleted.
    public int start(int shard) {
        return starts.getOrDefault(shard, 0);
    }

    @Override
    public void deleteBefore(int shard, long offset) {
        starts.merge(shard, (int) offset, Math::max);
    }

    @Override
    public void replay(int shard, StoredRecords into) throws CoordinatorLogException {
        if (failingReplays > 0) {
            failingReplays--;
            throw new CoordinatorLogException(Errors.KAFKA_STORAGE_ERROR, "cannot be read now");
        }
        for (LogRecord record :
                records(shard).subList(start(shard), records(shard).size())) {
            switch (kinds.getOrDefault(record, BatchKind.PLAIN)) {
                case BatchKind.Plain _ -> into.replay(record);
                case BatchKind.InTransaction of -> into.replayInTransaction(of.producerId(), of.epoch(), record);
                case BatchKind.Marker marker -> into.replayEnd(marker.producerId(), marker.epoch(), marker.commit());
            }
        }
    }
}
