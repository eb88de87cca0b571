package io.kurier.log;

import io.kurier.log.cleaner.CleanRange;
import io.kurier.log.cleaner.CleaningPass;
import io.kurier.log.partition.OpenLog;
import io.kurier.log.partition.SegmentList;
import io.kurier.log.segment.Segment;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.protocol.Errors;

/// Compacts one partition's log: a pass over all of it but its newest segments, in small steps. Appends and reads go on
/// meanwhile. One thread at a time.
public final class LogCompaction implements AutoCloseable {
    private final PartitionLog log;
    private final CleaningPass pass;

    /// What a pass over the log could do now. Cheap, but for the first look at a segment's timestamps where the topic's
    /// settings ask for them.
    ///
    /// @param highWatermark below it everything is committed
    /// @param nowMs wall clock
    /// @throws LogException with KAFKA_STORAGE_ERROR if the log cannot be read
    public static CleanRange range(PartitionLog log, long highWatermark, long nowMs) {
        OpenLog open = log.opened();
        LogConfig.Compaction settings = open.config().compaction();
        long below = Math.min(open.lastStableOffset(highWatermark), open.flush().recoveryPoint());
        try {
            return CleanRange.of(
                    sealed(open.segments(), settings),
                    new CleanRange.Bounds(
                            log.directory().checkpoints().cleanedTo(log.partition()), open.logStartOffset(), below),
                    new CleanRange.Lag(nowMs, settings.minLagMs(), settings.maxLagMs()));
        } catch (IOException e) {
            throw new LogException(
                    Errors.KAFKA_STORAGE_ERROR, "Cannot read " + log.partition() + ": " + e.getMessage(), e);
        }
    }

    private static List<CleanRange.Sealed> sealed(SegmentList segments, LogConfig.Compaction settings)
            throws IOException {
        List<CleanRange.Sealed> sealed = new ArrayList<>();
        for (Segment segment : segments.all().subList(0, segments.all().size() - 1)) {
            sealed.add(new CleanRange.Sealed(
                    segment.baseOffset(),
                    segment.nextOffset(),
                    segment.size(),
                    settings.maxLagMs() == Long.MAX_VALUE ? -1 : segment.firstTimestampMs(),
                    settings.minLagMs() == 0 ? -1 : segment.maxTimestampMs()));
        }
        return sealed;
    }

    /// Begins a pass. Takes memory; [#close] gives it back.
    ///
    /// @param range what [#range] answered for the same log a moment ago
    /// @param nowMs wall clock
    public LogCompaction(PartitionLog log, CleanRange range, CleaningPass.Settings settings, long nowMs) {
        this.log = log;
        this.pass = new CleaningPass(
                log.opened(), range, settings, nowMs, () -> log.directory().checkpointDurably());
    }

    /// Does some of the work. Returns how many bytes were read and written, 0 if the pass is done. Blocks.
    ///
    /// @param maxBytes read at most so many, but a batch at least
    /// @throws LogException CORRUPT_MESSAGE if a batch is damaged; KAFKA_STORAGE_ERROR if the disk fails, or the log
    ///     was closed; OPERATION_NOT_ATTEMPTED if segments were cut or removed meanwhile; POLICY_VIOLATION if one batch
    ///     has more keys than there is memory for. Nothing is lost; the pass is to be closed then
    public long step(int maxBytes) {
        long bytes = pass.step(maxBytes);
        if (bytes == 0) {
            log.directory().checkpoints().cleaned(log.partition(), pass.result().cleanedTo());
        }
        return bytes;
    }

    /// What it came to, when it is done.
    public CleaningPass.Result result() {
        return pass.result();
    }

    /// Gives up what is not done, and the memory.
    @Override
    public void close() {
        pass.close();
    }
}
