package io.kurier.broker.internal;

import io.kurier.broker.replica.Partition;
import io.kurier.broker.replica.PartitionException;
import io.kurier.broker.replica.Partitions;
import io.kurier.broker.replica.RecordDeletion;
import io.kurier.coordinator.BatchKind;
import io.kurier.coordinator.CoordinatorLog;
import io.kurier.coordinator.CoordinatorLogException;
import io.kurier.coordinator.StoredRecords;
import io.kurier.kernel.Clock;
import io.kurier.log.Appended;
import io.kurier.log.LogException;
import io.kurier.log.Origin;
import io.kurier.log.Slice;
import io.kurier.log.producer.EndMarker;
import io.kurier.protocol.records.BatchView;
import io.kurier.protocol.records.Batches;
import io.kurier.protocol.records.CorruptBatchException;
import io.kurier.protocol.records.InvalidBatchException;
import io.kurier.protocol.records.NewRecord;
import io.kurier.protocol.records.RecordIterator;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A coordinator's records in the partitions of an internal topic, written and read as any other records are.
public final class InternalTopicLog implements CoordinatorLog {
    private static final Logger LOG = LoggerFactory.getLogger(InternalTopicLog.class);
    private static final int READ_BYTES = 1 << 20;

    private final String topic;
    private final Partitions partitions;
    private final Clock clock;
    private final long commitTimeoutNs;

    /// @param commitTimeoutMs after so long it is not known whether an append will be committed
    public InternalTopicLog(String topic, Partitions partitions, Clock clock, long commitTimeoutMs) {
        this.topic = topic;
        this.partitions = partitions;
        this.clock = clock;
        this.commitTimeoutNs = TimeUnit.MILLISECONDS.toNanos(commitTimeoutMs);
    }

    @Override
    public Append append(int shard, BatchKind kind, List<NewRecord> records) throws CoordinatorLogException {
        try {
            Partition partition = partitions.find(new TopicPartition(topic, shard));
            partition.checkInSync();
            Appended appended = partition.append(batch(kind, records), Origin.COORDINATOR);
            return new Append(appended.lastOffset(), committed(partition, appended.lastOffset() + 1));
        } catch (InvalidBatchException e) {
            throw new CoordinatorLogException(e.error(), String.valueOf(e.getMessage()), e);
        } catch (PartitionException e) {
            throw new CoordinatorLogException(e.error(), String.valueOf(e.getMessage()), e);
        } catch (LogException e) {
            throw new CoordinatorLogException(e.error(), String.valueOf(e.getMessage()), e);
        }
    }

    private ByteBuffer batch(BatchKind kind, List<NewRecord> records) {
        return switch (kind) {
            case BatchKind.Plain _ -> Batches.of(records);
            case BatchKind.InTransaction of -> Batches.inTransaction(records, of.producerId(), of.epoch());
            case BatchKind.Marker of ->
                Batches.marker(of.producerId(), of.epoch(), of.coordinatorEpoch(), of.commit(), clock.wallMs());
        };
    }

    private CompletableFuture<Void> committed(Partition partition, long endOffset) {
        CompletableFuture<Void> committed = new CompletableFuture<>();
        partition.whenCommitted(endOffset, clock.nanos() + commitTimeoutNs, outcome -> {
            if (outcome == Errors.NONE) {
                committed.complete(null);
            } else {
                committed.completeExceptionally(outcome.exception());
            }
        });
        return committed;
    }

    @Override
    public void replay(int shard, StoredRecords records) throws CoordinatorLogException {
        try {
            Partition partition = partitions.find(new TopicPartition(topic, shard));
            long end = partition.log().logEndOffset();
            committed(partition, end).join();
            long next = partition.log().logStartOffset();
            while (next < end) {
                Slice slice = partition.log().read(next, end, READ_BYTES, true);
                if (slice.isEmpty()) {
                    break;
                }
                long behind = slice.nextOffset();
                replay(slice.bytes(), records);
                next = behind;
            }
        } catch (PartitionException e) {
            throw new CoordinatorLogException(e.error(), String.valueOf(e.getMessage()), e);
        } catch (LogException e) {
            throw new CoordinatorLogException(e.error(), String.valueOf(e.getMessage()), e);
        } catch (CorruptBatchException e) {
            throw new CoordinatorLogException(
                    Errors.CORRUPT_MESSAGE, topic + "-" + shard + " cannot be read: " + e.getMessage(), e);
        } catch (CompletionException e) {
            throw new CoordinatorLogException(
                    Errors.forException(e.getCause()), topic + "-" + shard + " is not committed: " + e.getMessage(), e);
        }
    }

    @Override
    public void deleteBefore(int shard, long offset) {
        try {
            RecordDeletion.below(partitions.find(new TopicPartition(topic, shard)), offset);
        } catch (PartitionException | LogException e) {
            LOG.warn("Old records of {}-{} go later: {}", topic, shard, e.getMessage());
        }
    }

    private static void replay(ByteBuffer batches, StoredRecords records) {
        int at = batches.position();
        while (at < batches.limit()) {
            BatchView batch = new BatchView(batches, at);
            replay(batch, records);
            at = batch.end();
        }
    }

    private static void replay(BatchView batch, StoredRecords records) {
        if (batch.isControl()) {
            EndMarker.of(batch)
                    .ifPresent(marker -> records.replayEnd(batch.producerId(), batch.producerEpoch(), marker.commit()));
            return;
        }
        try (RecordIterator inside = RecordIterator.of(batch)) {
            if (batch.isTransactional()) {
                inside.forEachRemaining(
                        record -> records.replayInTransaction(batch.producerId(), batch.producerEpoch(), record));
            } else {
                inside.forEachRemaining(records::replay);
            }
        }
    }
}
