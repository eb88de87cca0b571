package io.kurier.log.partition;

import io.kurier.log.AbortedTransaction;
import io.kurier.log.file.TransactionIndex;
import io.kurier.log.segment.Segment;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The segments of a log, oldest first, never empty. Immutable: a change makes another list, so readers need no lock.
public record SegmentList(List<Segment> all) {
    /// Copies the list.
    public SegmentList {
        all = List.copyOf(all);
    }

    Segment first() {
        return all.getFirst();
    }

    Segment active() {
        return all.getLast();
    }

    int size() {
        return all.size();
    }

    Segment get(int number) {
        return all.get(number);
    }

    /// The number of the last segment that begins at or below `offset`, 0 if none does.
    int floor(long offset) {
        int low = 0;
        int high = all.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (all.get(middle).baseOffset() <= offset) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    SegmentList with(Segment last) {
        List<Segment> more = new ArrayList<>(all);
        more.add(last);
        return new SegmentList(more);
    }

    SegmentList replaceActive(Segment last) {
        List<Segment> changed = new ArrayList<>(all);
        changed.set(changed.size() - 1, last);
        return new SegmentList(changed);
    }

    /// True if the segments of `run` stand in it, one after the other.
    boolean contains(List<Segment> run) {
        int from = all.indexOf(run.getFirst());
        return from >= 0
                && from + run.size() <= all.size()
                && all.subList(from, from + run.size()).equals(run);
    }

    /// One segment in the place of those of `run`, which stand in it.
    SegmentList replace(List<Segment> run, Segment by) {
        List<Segment> changed = new ArrayList<>(all);
        int from = all.indexOf(run.getFirst());
        changed.subList(from, from + run.size()).clear();
        changed.add(from, by);
        return new SegmentList(changed);
    }

    SegmentList withoutFirst(int count) {
        return new SegmentList(all.subList(count, all.size()));
    }

    SegmentList firstOnly(int count) {
        return new SegmentList(all.subList(0, count));
    }

    /// The aborted transactions that touch the offsets from `from` up to (excluding) `to`.
    public List<AbortedTransaction> abortedTransactions(long from, long to) throws IOException {
        List<AbortedTransaction> found = new ArrayList<>();
        for (Segment segment : all) {
            TransactionIndex index = segment.txnIndex();
            if (index.count() > 0 && segment.nextOffset() > from) {
                for (AbortedTransaction aborted : index.all()) {
                    if (aborted.lastOffset() >= from && aborted.firstOffset() < to) {
                        found.add(aborted);
                    }
                }
            }
        }
        return found;
    }

    /// Bytes of all segments.
    public long sizeBytes() {
        long bytes = 0;
        for (Segment segment : all) {
            bytes += segment.size();
        }
        return bytes;
    }
}
