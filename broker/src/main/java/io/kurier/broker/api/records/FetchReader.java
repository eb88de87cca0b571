package io.kurier.broker.api.records;

import io.kurier.broker.api.records.FetchPlan.PartitionKey;
import io.kurier.broker.api.records.FetchPlan.Wanted;
import io.kurier.broker.replica.Partition;
import io.kurier.broker.replica.PartitionException;
import io.kurier.broker.replica.Partitions;
import io.kurier.broker.replica.ReadablePartition;
import io.kurier.broker.replica.leader.Held;
import io.kurier.broker.replica.leader.ReplicaFetch;
import io.kurier.kernel.Network.FileRange;
import io.kurier.log.EpochEnd;
import io.kurier.log.LogDirectory;
import io.kurier.log.LogException;
import io.kurier.log.PartitionLog;
import io.kurier.log.Slice;
import io.kurier.protocol.FileRecords;
import io.kurier.protocol.records.Batches;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executor;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchResponseData.AbortedTransaction;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// Reads what a fetch wants, once: where the bytes lie, not the bytes themselves.
final class FetchReader {
    private final Partitions partitions;
    private final Executor slow;
    private final ColdReads coldReads = new ColdReads();

    FetchReader(Partitions partitions, Executor slow) {
        this.slow = slow;
        this.partitions = partitions;
    }

    /// What was found.
    ///
    /// @param data one for each wanted partition, in order
    /// @param opened the partitions that were reached, to wait on
    /// @param bytes of records in all
    /// @param urgent true if an error must be answered at once
    record Found(List<PartitionData> data, List<Opened> opened, int bytes, boolean urgent) {
        /// Gives back what will not be sent.
        void release() {
            for (PartitionData partition : data) {
                if (partition.records() instanceof FileRecords file) {
                    file.range().release();
                }
            }
        }
    }

    /// A partition, how far it could be read then, and what is answered of it.
    record Opened(ReadablePartition partition, long seenEnd, PartitionData answer) {}

    /// Reads without blocking. Null if that is not possible: a log must be recovered first, or the disk be read.
    @Nullable
    Found tryRead(FetchPlan plan) {
        return readAll(plan, false);
    }

    /// The same for some partitions, by their place in the plan, after all were reached and none had any records.
    @Nullable
    Found tryAgain(FetchPlan plan, Found before, Collection<Integer> moved) {
        Reading reading = new Reading(plan, false, new ArrayList<>(before.data), new ArrayList<>(before.opened));
        for (int place : moved) {
            if (!reading.isRead(place)) {
                return null;
            }
        }
        return reading.found();
    }

    /// Reads, on a thread that may block.
    Found readBlocking(FetchPlan plan) {
        Found found = readAll(plan, true);
        if (found == null) {
            throw new IllegalStateException("a blocking read must finish");
        }
        return found;
    }

    private @Nullable Found readAll(FetchPlan plan, boolean mayBlock) {
        int size = plan.partitions().size();
        Reading reading = new Reading(plan, mayBlock, new ArrayList<>(size), new ArrayList<>(size));
        for (int place = 0; place < size; place++) {
            if (!reading.isRead(place)) {
                return null;
            }
        }
        return reading.found();
    }

    /// What was read so far. Lists have a place for each partition of the plan, up to the first that was not reached.
    private final class Reading {
        private final FetchPlan plan;
        private final boolean mayBlock;
        private final List<PartitionData> data;
        private final List<Opened> opened;
        private int left;
        private int bytes;
        private boolean urgent;

        Reading(FetchPlan plan, boolean mayBlock, List<PartitionData> data, List<Opened> opened) {
            this.plan = plan;
            this.mayBlock = mayBlock;
            this.data = data;
            this.opened = opened;
            this.left = plan.maxBytes();
        }

        Found found() {
            return new Found(data, opened, bytes, urgent);
        }

        /// False if it would have to block and may not: then all that was read is given back.
        boolean isRead(int place) {
            Wanted wanted = plan.partitions().get(place);
            PartitionData answer =
                    new PartitionData().setPartitionIndex(wanted.key().partition());
            put(data, place, answer);
            try {
                TopicPartition name = nameOf(wanted.key());
                ReadablePartition partition = open(name, plan, mayBlock);
                if (partition == null) {
                    found().release();
                    return false;
                }
                put(opened, place, new Opened(partition, plan.end(partition), answer));
                if (!readInto(answer, partition, wanted, plan, new Room(left, bytes == 0), mayBlock)) {
                    found().release();
                    return false;
                }
                urgent |= plan.owes(partition, wanted.key(), answer.highWatermark()) || isWaitedFor(plan, partition);
            } catch (PartitionException e) {
                fail(answer, e.error());
            } catch (LogException e) {
                fail(answer, e.error());
            }
            int size = answer.records() == null ? 0 : answer.records().sizeInBytes();
            bytes += size;
            left -= size;
            urgent |= answer.errorCode() != Errors.NONE.code()
                    || answer.divergingEpoch().endOffset() >= 0
                    || answer.preferredReadReplica() >= 0;
            return true;
        }

        private static <T> void put(List<T> list, int place, T value) {
            if (place < list.size()) {
                list.set(place, value);
            } else {
                list.add(value);
            }
        }
    }

    /// True if the fetch is one of a follower whose next one is waited for.
    boolean isWaitedFor(FetchPlan plan, ReadablePartition partition) {
        ReplicaFetch follower = plan.follower();
        return follower != null && partition instanceof Partition led && partitions.isWaitedFor(led, follower);
    }

    /// Has what lies behind an answer's records read from the disk, on a slow thread, if it is not in memory: the
    /// reader will ask for it, and meanwhile the disk would be idle.
    void readAhead(Found found) {
        List<Runnable> reads = null;
        for (Opened opened : found.opened()) {
            FileRange next =
                    opened.answer().records() instanceof FileRecords file ? ColdReads.behind(file.range()) : null;
            if (next != null) {
                LogDirectory directory = opened.partition().log().directory();
                reads = reads == null ? new ArrayList<>() : reads;
                reads.add(() -> coldReads.readAhead(directory, next));
            }
        }
        if (reads != null) {
            List<Runnable> all = reads;
            slow.execute(() -> all.forEach(Runnable::run));
        }
    }

    /// How much may still be read, and whether one batch is due however large it is.
    private record Room(int bytes, boolean atLeastOne) {}

    private TopicPartition nameOf(PartitionKey key) {
        String topic = key.topicId().equals(Uuid.ZERO_UUID) ? key.topic() : partitions.topicName(key.topicId());
        return new TopicPartition(topic, key.partition());
    }

    /// Null if it would have to block and may not.
    private @Nullable ReadablePartition open(TopicPartition name, FetchPlan plan, boolean mayBlock) {
        if (plan.fromFollowers()) {
            return mayBlock ? partitions.findToRead(name) : partitions.readyToRead(name);
        }
        return mayBlock ? partitions.find(name) : partitions.ready(name);
    }

    /// False if it would have to block and may not.
    private boolean readInto(
            PartitionData answer,
            ReadablePartition partition,
            Wanted wanted,
            FetchPlan plan,
            Room room,
            boolean mayBlock) {
        partition.checkOpen();
        partition.checkLeaderEpoch(wanted.leaderEpoch());
        long end = plan.readCommitted() ? partition.lastStableOffset() : plan.end(partition);
        answer.setHighWatermark(partition.highWatermark())
                .setLastStableOffset(partition.lastStableOffset())
                .setLogStartOffset(partition.log().logStartOffset())
                .setRecords(Batches.inMemory(ByteBuffer.allocate(0)));
        if (diverges(answer, partition, wanted)) {
            return true;
        }
        if (wanted.fetchOffset() > partition.log().logEndOffset() || wanted.fetchOffset() < answer.logStartOffset()) {
            throw new PartitionException(
                    partition.missing(wanted.fetchOffset()),
                    "Offset " + wanted.fetchOffset() + " is not in " + partition.name());
        }
        answer.setPreferredReadReplica(plan.nearer(partition, wanted.fetchOffset()));
        if (answer.preferredReadReplica() >= 0) {
            return true;
        }
        boolean behind = false;
        ReplicaFetch follower = plan.follower();
        if (follower != null && partition instanceof Partition led) {
            heard(follower, led, wanted, answer);
            behind = !led.isInSync(follower.replicaId());
        }
        if (behind && partitions.throttle().holdsBack(partition.name())) {
            return true;
        }
        int maxBytes = Math.min(Math.max(0, room.bytes()), wanted.maxBytes());
        if (wanted.fetchOffset() >= end || (maxBytes == 0 && !room.atLeastOne())) {
            return true;
        }
        PartitionLog log = partition.log();
        Slice slice = mayBlock
                ? coldReads.read(log, wanted.fetchOffset(), end, maxBytes, room.atLeastOne())
                : log.tryRead(wanted.fetchOffset(), end, maxBytes, room.atLeastOne());
        if (slice == null) {
            return false;
        }
        fill(answer, slice);
        if (behind) {
            partitions.throttle().went(partition.name(), answer.records().sizeInBytes());
        }
        if (plan.readCommitted()) {
            answer.setAbortedTransactions(aborted(partition, wanted.fetchOffset(), slice.nextOffset()));
        }
        return true;
    }

    /// What a follower has may be committed by now, and it learns so at once. It must say which leader it follows and
    /// what its last record is of, or nothing tells that its log is this one's beginning.
    private static void heard(ReplicaFetch follower, Partition partition, Wanted wanted, PartitionData answer) {
        boolean unknown = wanted.lastFetchedEpoch() < 0
                ? wanted.fetchOffset() > wanted.logStartOffset()
                : partition.log().endOfEpoch(wanted.lastFetchedEpoch()).endOffset() < 0;
        if (wanted.leaderEpoch() < 0 || unknown) {
            throw new PartitionException(
                    Errors.OFFSET_OUT_OF_RANGE, "What node " + follower.replicaId() + " has cannot be compared");
        }
        partition.fetched(follower, new Held(wanted.logStartOffset(), wanted.fetchOffset()));
        answer.setHighWatermark(partition.highWatermark());
    }

    /// A follower or consumer whose last record is of another history than this log is told where to cut (KIP-595,
    /// KIP-320).
    private static boolean diverges(PartitionData answer, ReadablePartition partition, Wanted wanted) {
        if (wanted.lastFetchedEpoch() < 0) {
            return false;
        }
        EpochEnd end = partition.log().endOfEpoch(wanted.lastFetchedEpoch());
        if (end.endOffset() < 0
                || (end.leaderEpoch() == wanted.lastFetchedEpoch() && end.endOffset() >= wanted.fetchOffset())) {
            return false;
        }
        answer.divergingEpoch().setEpoch(end.leaderEpoch()).setEndOffset(end.endOffset());
        return true;
    }

    private static void fill(PartitionData answer, Slice slice) {
        if (slice.range() != null) {
            answer.setRecords(new FileRecords(slice.range()));
        }
    }

    private static List<AbortedTransaction> aborted(ReadablePartition partition, long from, long to) {
        return partition.log().abortedTransactions(from, to).stream()
                .map(t -> new AbortedTransaction().setProducerId(t.producerId()).setFirstOffset(t.firstOffset()))
                .toList();
    }

    private static void fail(PartitionData answer, Errors error) {
        answer.setErrorCode(error.code())
                .setHighWatermark(-1)
                .setLastStableOffset(-1)
                .setLogStartOffset(-1)
                .setRecords(Batches.inMemory(ByteBuffer.allocate(0)));
    }
}
