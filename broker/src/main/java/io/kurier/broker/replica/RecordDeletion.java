package io.kurier.broker.replica;

import io.kurier.log.LogException;
import io.kurier.log.PartitionLog;
import org.apache.kafka.common.protocol.Errors;

/// Removes the oldest records of a partition because somebody asks for it (KIP-107).
public final class RecordDeletion {
    /// All that is committed, where an offset is asked for.
    public static final long HIGH_WATERMARK = -1;

    private RecordDeletion() {}

    /// Removes the records below `offset` for readers; durably when the checkpoints of the log's directory are written
    /// afterwards. Harmless if there are none.
    ///
    /// @param offset [#HIGH_WATERMARK] for all that is committed
    /// @return where the log starts now
    /// @throws PartitionException OFFSET_OUT_OF_RANGE if it is above the high watermark, or negative; POLICY_VIOLATION
    ///     if `cleanup.policy` has no `delete`
    public static long below(Partition partition, long offset) {
        partition.checkOpen();
        if (!partition.log().config().retention().delete()) {
            throw new PartitionException(
                    Errors.POLICY_VIOLATION,
                    "The cleanup.policy of " + partition.name() + " does not allow to delete records");
        }
        long committed = partition.highWatermark();
        long start = offset == HIGH_WATERMARK ? committed : offset;
        if (start < 0 || start > committed) {
            throw new PartitionException(
                    Errors.OFFSET_OUT_OF_RANGE,
                    "The records of " + partition.name() + " below " + offset
                            + " cannot be deleted: its high watermark is " + committed);
        }
        PartitionLog now;
        do {
            now = partition.log();
            if (start > now.durableEndOffset()) {
                flush(partition, now);
            }
            now.advanceLogStart(start);
        } while (now != partition.log());
        partition.commitment().wakeAll();
        return now.logStartOffset();
    }

    /// A topic that is durable in memory only: it must not start behind what a power loss leaves of it. A log whose
    /// place another has taken meanwhile need not.
    private static void flush(Partition partition, PartitionLog now) {
        try {
            now.flush();
        } catch (LogException e) {
            if (partition.log() == now) {
                throw e;
            }
        }
    }
}
