package io.kurier.log.cleaner;

import io.kurier.log.AbortedTransaction;
import io.kurier.log.LogException;
import io.kurier.log.cleaner.BatchRules.Verdict;
import io.kurier.log.cleaner.BatchRules.What;
import io.kurier.log.partition.OpenLog;
import io.kurier.log.partition.SegmentSwap;
import io.kurier.log.segment.BatchScanner;
import io.kurier.log.segment.Segment;
import io.kurier.protocol.records.BatchView;
import io.kurier.protocol.records.CorruptBatchException;
import io.kurier.protocol.records.RewrittenBatch;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// One pass over a log, in steps: first the keys of what is dirty are learnt, then the segments are written anew, from
/// the first on, some neighbours at a time. May be ended after any step, which costs only the work. One thread at a
/// time.
public final class CleaningPass implements AutoCloseable {
    private final OpenLog log;
    private final CleanRange range;
    private final long nowMs;
    private final Runnable beforeFirstSwap;
    private final List<Segment> segments;
    private final SegmentSwap.Basis basis;
    private final ProducerEnds producers;
    private final KeyLearning learning;

    private @Nullable BatchRules rules;
    private @Nullable AbortedRanges aborted;
    private @Nullable Group group;
    private int nextSegment;
    private boolean swapped;
    private boolean done;
    private long bytesRead;
    private long bytesWritten;

    /// @param mapBytes memory for the keys of one pass (`log.cleaner.dedupe.buffer.size` for each thread)
    /// @param loadFactor how full that may become (`log.cleaner.io.buffer.load.factor`)
    /// @param hash stands for keys
    public record Settings(long mapBytes, double loadFactor, KeyHash hash) {}

    /// What a pass came to.
    ///
    /// @param cleanedTo everything below is clean
    /// @param bytesRead of segments that were written anew
    /// @param bytesWritten what they have now
    /// @param keyless records that went because they had no key
    /// @param nextHorizonMs when the next tombstones or markers may go; `Long.MAX_VALUE` if none waits
    public record Result(long cleanedTo, long bytesRead, long bytesWritten, long keyless, long nextHorizonMs) {}

    /// Neighbours that become one segment.
    private static final class Group {
        final List<Segment> old;
        final SegmentSwap swap;
        final @Nullable Segment lastWithBatches;
        int number;
        int position;
        boolean changed;

        Group(List<Segment> old, SegmentSwap swap) {
            this.old = old;
            this.swap = swap;
            this.changed = old.size() > 1;
            this.lastWithBatches = old.reversed().stream()
                    .filter(segment -> segment.size() > 0)
                    .findFirst()
                    .orElse(null);
        }
    }

    /// Begins a pass.
    ///
    /// @param nowMs wall clock
    /// @param beforeFirstSwap makes durable that recovery need not look below `range.end()`
    public CleaningPass(OpenLog log, CleanRange range, Settings settings, long nowMs, Runnable beforeFirstSwap) {
        this.log = log;
        this.range = range;
        this.nowMs = nowMs;
        this.beforeFirstSwap = beforeFirstSwap;
        this.segments = log.segments().all().stream()
                .filter(segment -> segment.nextOffset() <= range.end() && segment.baseOffset() < range.end())
                .toList();
        this.basis = SegmentSwap.Basis.of(log, segments);
        this.producers = new ProducerEnds(log.producers().snapshot());
        this.learning = new KeyLearning(segments, range, settings, producers);
    }

    /// Does some of the work. Returns how many bytes were read and written, 0 if the pass is done. Blocks.
    ///
    /// @param maxBytes read at most so many, but a batch at least
    /// @throws LogException CORRUPT_MESSAGE if a batch is damaged; KAFKA_STORAGE_ERROR if the disk fails, or the log
    ///     was closed; OPERATION_NOT_ATTEMPTED if segments were cut or removed meanwhile. The pass is to be closed then
    public long step(int maxBytes) {
        try {
            if (done) {
                return 0;
            }
            BatchRules now = rules;
            return now == null ? learn(maxBytes) : rewrite(now, maxBytes);
        } catch (CorruptBatchException e) {
            throw new LogException(
                    Errors.CORRUPT_MESSAGE, "Records of " + name() + " are damaged: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new LogException(
                    Errors.KAFKA_STORAGE_ERROR, "Cannot read " + name() + " to compact it: " + e.getMessage(), e);
        }
    }

    private String name() {
        return String.valueOf(log.segments().all().getFirst().log().path().getParent());
    }

    /// What it came to, when it is done.
    public Result result() {
        BatchRules now = Objects.requireNonNull(rules);
        return new Result(learning.end(), bytesRead, bytesWritten, now.keyless(), now.nextHorizonMs());
    }

    private long learn(int maxBytes) throws IOException {
        AbortedRanges gone = aborted;
        if (gone == null) {
            gone = new AbortedRanges(log.segments().abortedTransactions(log.logStartOffset(), range.end()));
            aborted = gone;
        }
        int bytes = learning.step(gone, maxBytes);
        if (bytes == 0) {
            BatchRules.Times times =
                    new BatchRules.Times(nowMs, log.config().compaction().deleteRetentionMs());
            rules = new BatchRules(learning.keys(), learning.end(), gone, producers, times);
            return 1;
        }
        return bytes;
    }

    private long rewrite(BatchRules by, int maxBytes) throws IOException {
        Group now = group;
        if (now == null) {
            List<Segment> next = nextGroup();
            if (next.isEmpty()) {
                done = true;
                return 0;
            }
            now = new Group(next, SegmentSwap.begin(log, next, basis.from(next.getFirst())));
            group = now;
        }
        long moved = 0;
        while (moved < maxBytes && now.number < now.old.size()) {
            moved += rewrite(now, by, maxBytes);
        }
        if (now.number == now.old.size()) {
            end(now);
        }
        return Math.max(1, moved);
    }

    /// The next neighbours that fit into one segment.
    private List<Segment> nextGroup() {
        int from = nextSegment;
        long bytes = 0;
        long entries = 0;
        while (nextSegment < segments.size() && segments.get(nextSegment).baseOffset() < learning.end()) {
            Segment segment = segments.get(nextSegment);
            bytes += segment.size();
            entries += segment.index().count();
            boolean fits = bytes <= log.config().segments().bytes()
                    && entries * 8 <= log.config().segments().indexBytes()
                    && segment.nextOffset() - segments.get(from).baseOffset() <= Integer.MAX_VALUE;
            if (!fits && nextSegment > from) {
                break;
            }
            nextSegment++;
        }
        return segments.subList(from, nextSegment);
    }

    /// Goes on in one segment.
    private long rewrite(Group now, BatchRules by, int maxBytes) throws IOException {
        Segment segment = now.old.get(now.number);
        int from = now.position;
        long written = 0;
        BatchScanner scanner = segment.scan(from, segment.size(), true);
        try {
            while (scanner.position() - from < maxBytes && scanner.next()) {
                BatchView batch = scanner.wholeBatch();
                boolean last = segment == now.lastWithBatches && scanner.nextPosition() >= segment.size();
                written += rewrite(now, by.of(batch), batch, last);
                now.position = (int) scanner.nextPosition();
            }
            KeyLearning.requireWhole(segment, scanner);
        } finally {
            segment.log().release();
        }
        bytesRead += now.position - from;
        bytesWritten += written;
        long moved = now.position - from + written;
        if (now.position >= segment.size()) {
            now.number++;
            now.position = 0;
        }
        return moved;
    }

    private int rewrite(Group now, Verdict verdict, BatchView batch, boolean last) {
        What what = verdict.what();
        if (what == What.DROP && last) {
            // How far the segment reaches must be known from it: see SegmentSwap.
            what = batch.count() == 0 ? What.KEEP : What.EMPTY;
        }
        if (batch.isControl() && (what == What.KEEP || what == What.REWRITE)) {
            AbortedTransaction ended = Objects.requireNonNull(aborted).endedBy(batch);
            if (ended != null) {
                now.swap.addAborted(ended);
            }
        }
        now.changed |= what != What.KEEP;
        var bytes = switch (what) {
            case KEEP -> batch.bytes();
            case REWRITE -> RewrittenBatch.of(batch, verdict.kept(), verdict.deleteHorizonMs());
            case EMPTY -> RewrittenBatch.empty(batch);
            case DROP -> null;
        };
        if (bytes == null) {
            return 0;
        }
        int size = bytes.remaining();
        now.swap.add(bytes);
        return size;
    }

    private void end(Group now) {
        if (now.changed) {
            if (!swapped) {
                beforeFirstSwap.run();
                swapped = true;
            }
            now.swap.commit();
        } else {
            now.swap.abandon();
        }
        group = null;
    }

    /// Gives up what is not done, and the memory.
    @Override
    public void close() {
        Group now = group;
        if (now != null) {
            now.swap.abandon();
            group = null;
        }
        learning.close();
    }
}
