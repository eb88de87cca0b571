package io.kurier.tests.chaos;

import java.util.Arrays;

/// A value for each offset of one partition, from 0 on.
final class Offsets {
    /// No value is known.
    static final long NONE = -1;

    private long[] values = new long[1024];
    private int end;

    Offsets() {
        Arrays.fill(values, NONE);
    }

    /// The value at `offset`, or [#NONE].
    long at(long offset) {
        return offset < 0 || offset >= end ? NONE : values[Math.toIntExact(offset)];
    }

    void set(long offset, long value) {
        int index = Math.toIntExact(offset);
        if (index >= values.length) {
            int before = values.length;
            values = Arrays.copyOf(values, Math.max(index + 1, 2 * before));
            Arrays.fill(values, before, values.length, NONE);
        }
        values[index] = value;
        end = Math.max(end, index + 1);
    }

    /// One behind the last offset with a value.
    int end() {
        return end;
    }
}
