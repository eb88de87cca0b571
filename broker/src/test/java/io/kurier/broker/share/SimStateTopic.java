package io.kurier.broker.share;

import io.kurier.coordinator.BatchKind;
import io.kurier.coordinator.CoordinatorLog;
import io.kurier.coordinator.CoordinatorLogException;
import io.kurier.coordinator.StoredRecords;
import io.kurier.kernel.Timers;
import io.kurier.protocol.records.LogRecord;
import io.kurier.protocol.records.NewRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.protocol.Errors;

/// The topic of the share coordinators as a cluster has it: only its leaders append, what is not committed may be gone
/// with them, and appends fail, with or without a trace.
final class SimStateTopic {
    private final Random random;
    private final Timers timers;
    private final List<Shard> shards = new ArrayList<>();
    /// Of a thousand appends, so many fail.
    int failingPerMille;
    /// How long a commit takes at most.
    int slowMs;

    private static final class Shard {
        private int leader;
        private long start;
        private final List<Batch> batches = new ArrayList<>();

        private long end() {
            return batches.isEmpty() ? 0 : batches.getLast().end;
        }
    }

    private static final class Batch {
        private final List<LogRecord> records;
        private final long end;
        private final CompletableFuture<Void> committed = new CompletableFuture<>();

        Batch(List<LogRecord> records, long end) {
            this.records = records;
            this.end = end;
        }
    }

    SimStateTopic(Random random, Timers timers, int shards, int leader) {
        this.random = random;
        this.timers = timers;
        for (int i = 0; i < shards; i++) {
            Shard shard = new Shard();
            shard.leader = leader;
            this.shards.add(shard);
        }
    }

    /// Another node leads: of what was not committed a part is kept, and nobody is told which.
    void move(int number, int leader) {
        Shard shard = shards.get(number);
        shard.leader = leader;
        List<Batch> open = shard.batches.stream()
                .filter(batch -> !batch.committed.isDone())
                .toList();
        if (!open.isEmpty()) {
            int kept = random.nextInt(open.size() + 1);
            shard.batches.removeAll(open.subList(kept, open.size()));
            open.forEach(batch -> batch.committed.completeExceptionally(new IllegalStateException("moved")));
        }
    }

    private Shard led(int node, int number) throws CoordinatorLogException {
        Shard shard = shards.get(number);
        if (shard.leader != node) {
            throw new CoordinatorLogException(Errors.NOT_LEADER_OR_FOLLOWER, "led by " + shard.leader);
        }
        return shard;
    }

    /// As one node sees it.
    CoordinatorLog of(int node) {
        return new CoordinatorLog() {
            @Override
            public Append append(int number, BatchKind kind, List<NewRecord> records) throws CoordinatorLogException {
                Shard shard = led(node, number);
                boolean fails = random.nextInt(1_000) < failingPerMille;
                if (fails && random.nextBoolean()) {
                    throw new CoordinatorLogException(Errors.KAFKA_STORAGE_ERROR, "not appended");
                }
                Batch batch = put(shard, records);
                if (fails) {
                    batch.committed.complete(null);
                    throw new CoordinatorLogException(Errors.KAFKA_STORAGE_ERROR, "nobody can tell");
                }
                long delayNs = TimeUnit.MILLISECONDS.toNanos(random.nextInt(slowMs + 1));
                timers.after(delayNs, () -> batch.committed.complete(null));
                return new Append(batch.end - 1, batch.committed);
            }

            @Override
            public void replay(int number, StoredRecords into) throws CoordinatorLogException {
                Shard shard = led(node, number);
                for (Batch batch : shard.batches) {
                    batch.committed.complete(null); // it is waited for
                    batch.records.stream()
                            .filter(record -> record.offset() >= shard.start)
                            .forEach(into::replay);
                }
            }

            @Override
            public void deleteBefore(int number, long offset) {
                Shard shard = shards.get(number);
                if (shard.leader == node) {
                    shard.start = Math.max(shard.start, offset);
                }
            }
        };
    }

    private static Batch put(Shard shard, List<NewRecord> records) {
        List<LogRecord> stored = new ArrayList<>();
        long next = shard.end();
        for (NewRecord record : records) {
            stored.add(new LogRecord(next, record.timestampMs(), record.key(), record.value(), List.of()));
            next++;
        }
        Batch batch = new Batch(stored, next);
        shard.batches.add(batch);
        return batch;
    }
}
