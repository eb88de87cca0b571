package io.kurier.broker.transaction;

import io.kurier.broker.replica.Partition;
import io.kurier.broker.replica.PartitionException;
import io.kurier.broker.replica.Partitions;
import io.kurier.coordinator.BatchKind;
import io.kurier.coordinator.group.GroupCoordinator;
import io.kurier.kernel.Clock;
import io.kurier.log.Appended;
import io.kurier.log.LogException;
import io.kurier.log.Origin;
import io.kurier.protocol.records.Batches;
import io.kurier.protocol.records.InvalidBatchException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;

/// Writes markers into the partitions that this node leads. Those of `__consumer_offsets` go through the group
/// coordinator, which learns by them that offsets hold.
public final class PartitionMarkers {
    private static final long COMMIT_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(10);

    private final Partitions partitions;
    private final GroupCoordinator groups;
    private final Clock clock;

    public PartitionMarkers(Partitions partitions, GroupCoordinator groups, Clock clock) {
        this.partitions = partitions;
        this.groups = groups;
        this.clock = clock;
    }

    /// Writes a marker; completes, without failing, when it is committed on all replicas, or with the reason why not:
    /// INVALID_REQUEST if no producer can have this id or epoch, INVALID_PRODUCER_EPOCH if the producer's epoch is
    /// over, TRANSACTION_COORDINATOR_FENCED if that of the coordinator is. Blocks while the log is opened.
    public CompletableFuture<Errors> write(TopicPartition name, Marker marker) {
        if (marker.producerId() < 0 || marker.epoch() < 0) {
            return CompletableFuture.completedFuture(Errors.INVALID_REQUEST);
        }
        if (name.topic().equals(GroupCoordinator.TOPIC)) {
            return groups.endTransaction(
                    name.partition(),
                    new BatchKind.Marker(
                            marker.producerId(),
                            marker.epoch(),
                            marker.coordinatorEpoch(),
                            marker.commit(),
                            marker.nextEpoch()));
        }
        CompletableFuture<Errors> written = new CompletableFuture<>();
        try {
            append(partitions.find(name), marker, written);
        } catch (PartitionException e) {
            written.complete(e.error());
        } catch (LogException e) {
            written.complete(e.error());
        }
        return written;
    }

    private void append(Partition partition, Marker marker, CompletableFuture<Errors> written) {
        long deadlineNs = clock.nanos() + COMMIT_TIMEOUT_NS;
        try {
            partition.checkInSync();
            ByteBuffer batch = Batches.marker(
                    marker.producerId(), marker.epoch(), marker.coordinatorEpoch(), marker.commit(), clock.wallMs());
            Appended appended =
                    partition.append(batch, marker.nextEpoch() ? Origin.NEXT_EPOCH_MARKER : Origin.COORDINATOR);
            partition.whenCommitted(appended.lastOffset() + 1, deadlineNs, written::complete);
        } catch (InvalidBatchException e) {
            // What says so may be the same marker, sent before: that it is there does not mean that it will stay.
            long end = partition.log().logEndOffset();
            partition.whenCommitted(
                    end, deadlineNs, outcome -> written.complete(outcome == Errors.NONE ? e.error() : outcome));
        }
    }
}
