package io.kurier.testkit.sim;

import java.util.function.Consumer;

/// A running hash of everything that happens: two runs of one seed that differ anywhere have different ones.
public final class Trace {
    private final Consumer<String> lines;
    private final boolean verbose;
    private long hash = 0x9E3779B97F4A7C15L;
    private long events;

    /// @param lines takes each event as text, to find where two runs part; null for none
    Trace(@org.jspecify.annotations.Nullable Consumer<String> lines) {
        this.verbose = lines != null;
        this.lines = lines == null ? _ -> {} : lines;
    }

    void add(long nowNs, String what, long a, long b) {
        mix(nowNs);
        mix(what.hashCode());
        mix(a);
        mix(b);
        events++;
        if (verbose) {
            lines.accept(nowNs + " " + what + " " + a + " " + b);
        }
    }

    private void mix(long value) {
        long mixed = (hash ^ value) * 0xBF58476D1CE4E5B9L;
        hash = mixed ^ mixed >>> 29;
    }

    /// The hash of all events so far.
    public long hash() {
        return hash;
    }

    /// How many events there were.
    public long events() {
        return events;
    }
}
