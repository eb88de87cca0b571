package io.kurier.benchmarks.scenario;

import io.kurier.benchmarks.load.EndToEnd;
import io.kurier.benchmarks.load.PacedLoad;
import io.kurier.benchmarks.load.Payload;
import io.kurier.benchmarks.node.Node;
import io.kurier.benchmarks.node.Side;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/// How long a record takes when the node is not at its limit.
public final class Latency implements Scenario {
    private static final String NAME = "latency";
    private static final String CASE = "20,000/s x 200 B acks=all";
    private static final String BOTH_FSYNC = CASE + ", both fsync";
    private static final String NO_FSYNC = CASE + ", no fsync";
    private static final int RATE = 20_000;
    private static final int PARTITIONS = 6;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final Payload PAYLOAD = Payload.plain(200);

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "20,000 records of 200 bytes a second at acks=all to six partitions over one connection, 30 s after 10 s of"
                + " warm-up. What is due is sent at once, as with linger 0, while fewer than five requests are in flight. A"
                + " record's time counts from the moment at which it was due (no coordinated omission). Then one record at a time"
                + " from a producer to a waiting consumer. The machine itself stands still now and then, also with no node on it: how long"
                + " is measured before, and the p99.9 of a typical second (half of the seconds had a lower one) leaves that out.";
    }

    @Override
    public int rounds() {
        return 3;
    }

    @Override
    public int roundSeconds() {
        return 150;
    }

    @Override
    public void run(Lab lab, Side side, int round) throws IOException {
        double pauseMs = longestPauseMs(lab.amount(15 * SECOND_NS));
        lab.less(NAME, "the machine alone, 15 s", "longest pause ms", side, pauseMs);
        Node node = lab.fresh(side, Map.of());
        try (var control = node.connect()) {
            control.create("paced", PARTITIONS, Map.of());
            var paced = new PacedLoad("paced", PARTITIONS, PAYLOAD, RATE);
            paced.run(node.port(), lab.amount(10 * SECOND_NS));
            String same = side == Side.KURIER ? BOTH_FSYNC : NO_FSYNC;
            measure(lab, node, List.of(CASE, same), paced, 30);
            control.create("other", PARTITIONS, fsyncTurned(side));
            String turned = side == Side.KURIER ? NO_FSYNC : BOTH_FSYNC;
            measure(lab, node, List.of(turned), new PacedLoad("other", PARTITIONS, PAYLOAD, RATE), 20);
            control.create("single", 1, Map.of());
            var histogram = EndToEnd.run(node.port(), "single", PAYLOAD, (int) lab.amount(8_000));
            lab.latency(NAME, "end to end, one at a time", side, histogram);
        } finally {
            lab.dispose(node);
        }
    }

    private static Map<String, String> fsyncTurned(Side side) {
        return side == Side.KURIER ? Map.of("kurier.durability", "memory") : Map.of("flush.messages", "1");
    }

    /// Measures once what stands under each of these variants.
    private static void measure(Lab lab, Node node, List<String> variants, PacedLoad load, int seconds)
            throws IOException {
        lab.watch().begin(node, variants.getFirst());
        var meter = new Lab.Meter(node);
        var histogram = new Histogram(3);
        var bySeconds = load.runBySeconds(node.port(), lab.amount(seconds * SECOND_NS));
        bySeconds.forEach(histogram::add);
        double millions = histogram.getTotalCount() / 1e6;
        var costs = meter.costs();
        lab.watch().end(node, variants.getFirst());
        for (String variant : variants) {
            costs.report(lab, NAME, variant, "million records", millions);
            lab.latency(NAME, variant, node.installation().side(), histogram);
            lab.less(
                    NAME,
                    variant,
                    "p99.9 of a typical second ms",
                    node.installation().side(),
                    typical(bySeconds) / 1e6);
        }
    }

    /// Half of the seconds had a lower p99.9: a machine that stands still now and then is not in it.
    private static long typical(List<Histogram> bySeconds) {
        long[] each = bySeconds.stream()
                .mapToLong(second -> second.getValueAtPercentile(99.9))
                .sorted()
                .toArray();
        return each[each.length / 2];
    }

    /// By how much a thread that sleeps for a millisecond at a time oversleeps at most, while no node runs.
    private static double longestPauseMs(long durationNs) {
        long worstNs = 0;
        for (long begin = System.nanoTime(), at = begin; at - begin < durationNs; ) {
            LockSupport.parkNanos(1_000_000L);
            long now = System.nanoTime();
            worstNs = Math.max(worstNs, now - at - 1_000_000L);
            at = now;
        }
        return worstNs / 1e6;
    }
}
