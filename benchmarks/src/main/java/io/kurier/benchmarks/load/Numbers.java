package io.kurier.benchmarks.load;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// What became of numbers that were sent to partitions, 0 and up in each: takes what is read, in the order of its
/// offsets, and counts. Not safe for several threads.
public final class Numbers {
    private final BitSet[] seen;
    private final int[] highest;
    private long doubled;
    private long late;
    private @Nullable String first;

    /// What was found. Nothing is wrong if all but `records` is 0 and `first` null.
    ///
    /// @param records numbers that were acknowledged, in all partitions
    /// @param lost of those, not to be read
    /// @param doubled read again
    /// @param late read for the first time behind a larger one
    /// @param first what was wrong first; null for nothing
    public record Verdict(
            long records,
            long lost,
            long doubled,
            long late,
            @Nullable String first) {
        /// Of nothing.
        public static final Verdict NONE = new Verdict(0, 0, 0, 0, null);

        /// True if all is as it should be.
        public boolean isClean() {
            return lost == 0 && doubled == 0 && late == 0;
        }

        /// Both together.
        public Verdict and(Verdict next) {
            return new Verdict(
                    records + next.records,
                    lost + next.lost,
                    doubled + next.doubled,
                    late + next.late,
                    first == null ? next.first : first);
        }

        @Override
        public String toString() {
            return "of %d acknowledged records %d lost, %d doubled, %d out of order%s"
                    .formatted(records, lost, doubled, late, first == null ? "" : "; first " + first);
        }
    }

    Numbers(int partitions) {
        seen = new BitSet[partitions];
        highest = new int[partitions];
        for (int i = 0; i < partitions; i++) {
            seen[i] = new BitSet();
            highest[i] = -1;
        }
    }

    /// The next record of a partition.
    void read(int partition, int number, long offset) {
        if (number != highest[partition] + 1 && first == null) {
            first = "partition %d has %d at offset %d behind %d"
                    .formatted(partition, number, offset, highest[partition]);
        }
        if (seen[partition].get(number)) {
            doubled++;
        } else if (number < highest[partition]) {
            late++;
        }
        seen[partition].set(number);
        highest[partition] = Math.max(highest[partition], number);
    }

    /// When everything is read.
    ///
    /// @param acknowledged how many numbers each partition has acknowledged
    Verdict verdict(int acknowledged) {
        long lost = 0;
        for (int partition = 0; partition < seen.length; partition++) {
            int missing = acknowledged - seen[partition].get(0, acknowledged).cardinality();
            if (missing > 0 && first == null) {
                first = "partition %d ends at %d".formatted(partition, highest[partition]);
            }
            lost += missing;
        }
        return new Verdict((long) acknowledged * seen.length, lost, doubled, late, first);
    }
}
