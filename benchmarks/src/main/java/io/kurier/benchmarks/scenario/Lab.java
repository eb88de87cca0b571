package io.kurier.benchmarks.scenario;

import io.kurier.benchmarks.node.Node;
import io.kurier.benchmarks.node.Nodes;
import io.kurier.benchmarks.node.PageCache;
import io.kurier.benchmarks.node.ProcFiles;
import io.kurier.benchmarks.node.Side;
import io.kurier.benchmarks.report.Measure;
import io.kurier.benchmarks.report.Measure.Better;
import io.kurier.benchmarks.report.Results;
import io.kurier.benchmarks.report.Row;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/// What a scenario works with.
///
/// @param quick smaller amounts, for trying the tool itself
/// @param watch told about a node before its measured load begins, and after
public record Lab(Nodes nodes, PageCache pageCache, Results results, boolean quick, Watch watch) {
    private static final long BEGIN_NS = System.nanoTime();

    /// Looks at a node while it works, for example a profiler.
    public interface Watch {
        /// The load begins.
        void begin(Node node, String what) throws IOException;

        /// The load is over.
        void end(Node node, String what) throws IOException;
    }

    /// Looks at nothing.
    public static final Watch NONE = new Watch() {
        @Override
        public void begin(Node node, String what) {}

        @Override
        public void end(Node node, String what) {}
    };

    /// An amount, or a tenth of it for trying.
    long amount(long full) {
        return quick ? Math.max(1, full / 10) : full;
    }

    /// A started node on empty data.
    Node fresh(Side side, Map<String, String> settings) throws IOException {
        pageCache.fill();
        return nodes.startAndAwait(nodes.install(side, settings));
    }

    /// Stops a node, or ends it if it does not, and removes its data. Says what went wrong and throws nothing, so that
    /// it hides no other failure.
    void dispose(Node node) {
        try {
            node.stop();
            Nodes.delete(node.installation().data());
        } catch (IOException | UncheckedIOException e) {
            progress("  " + node.installation().side().title() + ", stopping: " + e.getMessage());
        }
    }

    /// Notes a step that was given up at its limit of time, in the metric's unit.
    void moreThan(String scenario, String variant, String metric, Side side, double limit) {
        add(new Measure(scenario, variant, metric, Better.LESS, side, limit, true));
    }

    void less(String scenario, String variant, String metric, Side side, double value) {
        add(new Measure(scenario, variant, metric, Better.LESS, side, value));
    }

    void more(String scenario, String variant, String metric, Side side, double value) {
        add(new Measure(scenario, variant, metric, Better.MORE, side, value));
    }

    void note(String scenario, String variant, String metric, Side side, double value) {
        add(new Measure(scenario, variant, metric, Better.NEITHER, side, value));
    }

    void latency(String scenario, String variant, Side side, Histogram ns) {
        results.latency(scenario, variant, side, ns);
        progress("  %-12s %-34s p50 %s, p99 %s, p99.9 %s ms"
                .formatted(
                        side.title(),
                        variant,
                        Row.number(ns.getValueAtPercentile(50) / 1e6),
                        Row.number(ns.getValueAtPercentile(99) / 1e6),
                        Row.number(ns.getValueAtPercentile(99.9) / 1e6)));
    }

    private void add(Measure measure) {
        results.add(measure);
        progress("  %-12s %-34s %-28s %s%s"
                .formatted(
                        measure.side().title(),
                        measure.variant(),
                        measure.metric(),
                        measure.atLeast() ? "more than " : "",
                        Row.number(measure.value())));
    }

    /// A line on standard error, after the time since the beginning.
    public void progress(String line) {
        long seconds = (System.nanoTime() - BEGIN_NS) / 1_000_000_000L;
        System.err.printf("%2d:%02d %s%n", seconds / 60, seconds % 60, line);
    }

    static void pause(long milliseconds) {
        long untilNs = System.nanoTime() + milliseconds * 1_000_000L;
        for (long left = untilNs - System.nanoTime(); left > 0; left = untilNs - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /// What a stretch of work costs: the nodes' CPU time, ours, and what is left of the machine's.
    static final class Meter {
        private final List<Node> nodes;
        private final ProcFiles.Cpu nodesBefore;
        private final ProcFiles.Cpu ownBefore;
        private final double busyBefore;

        Meter(Node node) throws IOException {
            this(List.of(node));
        }

        /// All nodes of a cluster together.
        Meter(List<Node> nodes) throws IOException {
            this.nodes = List.copyOf(nodes);
            this.nodesBefore = cpu();
            this.ownBefore = ProcFiles.cpu(ProcessHandle.current().pid());
            this.busyBefore = ProcFiles.busySeconds();
        }

        private ProcFiles.Cpu cpu() throws IOException {
            double user = 0;
            double system = 0;
            for (Node node : nodes) {
                ProcFiles.Cpu one = node.cpu();
                user += one.user();
                system += one.system();
            }
            return new ProcFiles.Cpu(user, system);
        }

        Side side() {
            return nodes.getFirst().installation().side();
        }

        /// The costs since this meter was made.
        Costs costs() throws IOException {
            var broker = cpu().since(nodesBefore);
            var own = ProcFiles.cpu(ProcessHandle.current().pid()).since(ownBefore);
            double rest = Math.max(0, ProcFiles.busySeconds() - busyBefore - broker.total() - own.total());
            return new Costs(side(), broker, own, rest);
        }

        /// Notes the costs per unit since this meter was made.
        void report(Lab lab, String scenario, String variant, String unit, double units) throws IOException {
            costs().report(lab, scenario, variant, unit, units);
        }
    }

    /// CPU time that a stretch of work took.
    record Costs(Side side, ProcFiles.Cpu broker, ProcFiles.Cpu own, double rest) {
        void report(Lab lab, String scenario, String variant, String unit, double units) {
            lab.less(scenario, variant, "broker CPU s/" + unit, side, broker.total() / units);
            lab.note(scenario, variant, "user s/" + unit, side, broker.user() / units);
            lab.note(scenario, variant, "system s/" + unit, side, broker.system() / units);
            lab.note(scenario, variant, "kernel and others s/" + unit, side, rest / units);
            lab.note(scenario, variant, "client CPU s/" + unit, side, own.total() / units);
        }
    }
}
