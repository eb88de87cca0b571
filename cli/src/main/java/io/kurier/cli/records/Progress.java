package io.kurier.cli.records;

import java.io.PrintWriter;
import java.util.Locale;

/// Says on standard error how far long work is: nothing in its first two seconds, then once a second.
final class Progress {
    private static final long QUIET_NS = 2_000_000_000L;
    private static final long INTERVAL_NS = 1_000_000_000L;

    private final PrintWriter err;
    private final String verb;
    private final long startNs = System.nanoTime();
    private long nextNs = startNs + QUIET_NS;
    private long records;
    private long bytes;

    Progress(PrintWriter err, String verb) {
        this.err = err;
        this.verb = verb;
    }

    /// One more record of so many bytes.
    void add(int size) {
        records++;
        bytes += size;
        if ((records & 0xff) == 0 && System.nanoTime() - nextNs > 0) {
            nextNs += INTERVAL_NS;
            err.println(sentence());
        }
    }

    long records() {
        return records;
    }

    /// `Wrote 1,000 records (0.1 MB) in 0.3 s`.
    String sentence() {
        return String.format(
                Locale.ROOT,
                "%s %,d %s (%.1f MB) in %.1f s",
                verb,
                records,
                records == 1 ? "record" : "records",
                bytes / 1e6,
                seconds());
    }

    double seconds() {
        return (System.nanoTime() - startNs) / 1e9;
    }
}
