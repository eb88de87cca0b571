package io.kurier.cluster.raft;

import io.kurier.cluster.controller.ConsensusListener;
import io.kurier.cluster.image.LogPosition;
import io.kurier.cluster.image.MetadataRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.IntConsumer;
import java.util.function.IntSupplier;
import org.apache.kafka.raft.Batch;
import org.apache.kafka.raft.BatchReader;
import org.apache.kafka.raft.LeaderAndEpoch;
import org.apache.kafka.raft.RaftClient;
import org.apache.kafka.snapshot.SnapshotReader;

/// Hands what the engine tells on its own thread over to a serial executor, at once, in the same order.
///
/// @param kraftVersion the level of `kraft.version` right now
/// @param epochs told on the engine's thread, at once, which epoch has begun
record Commits(int nodeId, Executor serial, ConsensusListener target, IntSupplier kraftVersion, IntConsumer epochs)
        implements RaftClient.Listener<MetadataRecord> {

    @Override
    public void handleCommit(BatchReader<MetadataRecord> reader) {
        handOver(() -> {
            try (reader) {
                while (reader.hasNext()) {
                    Batch<MetadataRecord> batch = reader.next();
                    target.committed(
                            batch.records(),
                            new LogPosition(batch.lastOffset(), batch.epoch(), batch.appendTimestamp()),
                            (short) kraftVersion.getAsInt(),
                            batch.sizeInBytes());
                }
            }
        });
    }

    @Override
    public void handleLoadSnapshot(SnapshotReader<MetadataRecord> reader) {
        if (reader.snapshotId().offset() == 0) {
            handleLoadBootstrap(reader);
            return;
        }
        handOver(() -> {
            try (reader) {
                target.restored(
                        () -> new Iterator(reader),
                        new LogPosition(
                                reader.lastContainedLogOffset(),
                                reader.lastContainedLogEpoch(),
                                reader.lastContainedLogTimestamp()),
                        (short) kraftVersion.getAsInt());
            }
        });
    }

    @Override
    public void handleLoadBootstrap(SnapshotReader<MetadataRecord> reader) {
        handOver(() -> {
            try (reader) {
                List<MetadataRecord> records = new ArrayList<>();
                while (reader.hasNext()) {
                    records.addAll(reader.next().records());
                }
                if (!records.isEmpty()) { // Kafka 4.3 keeps them in another file than the first voter
                    target.bootstrap(records);
                }
            }
        });
    }

    @Override
    public void handleLeaderChange(LeaderAndEpoch leader) {
        epochs.accept(leader.epoch());
        if (leader.isLeader(nodeId)) {
            handOver(() -> target.elected(leader.epoch()));
        } else {
            handOver(target::deposed);
        }
    }

    private void handOver(Runnable task) {
        serial.execute(() -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                target.failed(e);
            }
        });
    }

    private record Iterator(SnapshotReader<MetadataRecord> reader) implements java.util.Iterator<List<MetadataRecord>> {
        @Override
        public boolean hasNext() {
            return reader.hasNext();
        }

        @Override
        public List<MetadataRecord> next() {
            return reader.next().records();
        }
    }
}
