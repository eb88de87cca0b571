package io.kurier.benchmarks.scenario;

import io.kurier.benchmarks.load.ClusterAdmin;
import io.kurier.benchmarks.load.NumberedLoad;
import io.kurier.benchmarks.load.Numbers.Verdict;
import io.kurier.benchmarks.node.Side;
import io.kurier.benchmarks.node.Trio;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// How long a client is without an acknowledgement when a node is taken away, again and again; and whether anything
/// that was acknowledged is lost, doubled or out of order.
public final class FailOver implements Scenario {
    private static final String NAME = "fail-over";
    private static final String FROZEN_NAME = "standstill";
    private static final int PARTITIONS = 6;
    private static final int BEFORE = 250;
    private static final int FROZEN_MS = 3_000;
    private static final long FROZEN_PATIENCE_NS = 20_000_000_000L;

    private final List<Victim> victims;
    private final Map<Side, Integer> times;

    /// @param times how often each is done
    public FailOver(List<Victim> victims, Map<Side, Integer> times) {
        this.victims = List.copyOf(victims);
        this.times = Map.copyOf(times);
    }

    @Override
    public String name() {
        return victims.stream().anyMatch(Victim::isFrozen) ? FROZEN_NAME : NAME;
    }

    @Override
    public String description() {
        return "Three nodes with the defaults of each side; six partitions, three replicas, min.insync.replicas 2; one idempotent"
                + " Java producer at acks=all sends 500 records a second to each. A node is killed (kill -9) or frozen (SIGSTOP)"
                + " at a random moment: the gap is the longest time that any partition was without an acknowledgement. The node"
                + " comes back, all replicas get in sync, all records are read: none may be lost, doubled or out of order. The"
                + " client has its defaults on both sides, but for retry.backoff.ms and reconnect.backoff.ms 50, at most 200, and"
                + " request.timeout.ms 1000.";
    }

    @Override
    public int roundSeconds() {
        return victims.size() * (times(Side.KURIER) * 6 + times(Side.KAFKA) * 25) + 60;
    }

    private int times(Side side) {
        return times.getOrDefault(side, 0);
    }

    @Override
    public void run(Lab lab, Side side, int round) throws IOException {
        try (Trio trio = Trio.start(lab.nodes(), side, Map.of());
                var admin = new ClusterAdmin(trio.bootstrap())) {
            var run = new Run(lab, trio, admin);
            admin.awaitVoters();
            for (Victim victim : victims) {
                run.all(victim);
            }
        }
    }

    private final class Run {
        private final Lab lab;
        private final Trio trio;
        private final ClusterAdmin admin;
        private final Random random = new Random(1);
        private int topics;

        Run(Lab lab, Trio trio, ClusterAdmin admin) {
            this.lab = lab;
            this.trio = trio;
            this.admin = admin;
        }

        void all(Victim victim) throws IOException {
            List<Double> gapsMs = new ArrayList<>();
            Verdict found = Verdict.NONE;
            long wanted = lab.amount(times(trio.side()));
            for (int i = 1; i <= wanted; i++) {
                Verdict one = once(victim, gapsMs);
                found = found.and(one);
                lab.progress("  %-12s %s, %d of %d: %.0f ms%s"
                        .formatted(
                                trio.side().title(),
                                victim.title(),
                                i,
                                wanted,
                                gapsMs.getLast(),
                                one.isClean() ? "" : "; " + one));
            }
            report(victim, gapsMs, found);
        }

        private void report(Victim victim, List<Double> gapsMs, Verdict found) throws IOException {
            double[] sorted =
                    gapsMs.stream().mapToDouble(Double::doubleValue).sorted().toArray();
            if (sorted.length == 0) {
                return;
            }
            Side side = trio.side();
            lab.less(name(), victim.title(), "median gap ms", side, sorted[sorted.length / 2]);
            lab.less(name(), victim.title(), "p99 gap ms", side, sorted[(int) Math.ceil(sorted.length * 0.99) - 1]);
            lab.less(name(), victim.title(), "longest gap ms", side, sorted[sorted.length - 1]);
            lab.note(name(), victim.title(), "times", side, sorted.length);
            lab.note(name(), victim.title(), "records checked", side, (double) found.records());
            if (!found.isClean()) {
                lab.note(name(), victim.title(), "lost", side, (double) found.lost());
                lab.note(name(), victim.title(), "doubled", side, (double) found.doubled());
                lab.note(name(), victim.title(), "out of order", side, (double) found.late());
            }
            if (side == Side.KURIER && !found.isClean()) {
                throw new IOException(victim.title() + ": " + found);
            }
        }

        private Verdict once(Victim victim, List<Double> gapsMs) throws IOException {
            int controller = admin.controller();
            int other = controller % 3 + 1;
            int taken = victim.isController() ? controller : other;
            int leader = victim == Victim.CONTROLLER ? other : taken;
            String topic = name() + "-" + ++topics;
            admin.create(topic, PARTITIONS, leader);
            try (var load = new NumberedLoad(trio.bootstrap(), topic, PARTITIONS)) {
                load.await(BEFORE);
                Lab.pause(random.nextInt(200));
                load.forgetGaps();
                if (victim.isFrozen()) {
                    freeze(taken, load);
                } else {
                    kill(taken, load);
                }
                gapsMs.add(load.longestGapMs());
                admin.awaitInSync(topic);
                Verdict found = load.finish();
                admin.delete(topic);
                return found;
            }
        }

        private void kill(int id, NumberedLoad load) throws IOException {
            trio.node(id).close();
            load.await(load.sent() + 100);
            trio.restart(id);
        }

        private void freeze(int id, NumberedLoad load) throws IOException {
            long untilNs = System.nanoTime() + FROZEN_MS * 1_000_000L;
            trio.node(id).signal("STOP");
            try {
                load.await(load.sent() + 100, FROZEN_PATIENCE_NS);
            } catch (IOException goesOnLater) {
                lab.progress("  %-12s not before it goes on: %s"
                        .formatted(trio.side().title(), goesOnLater.getMessage()));
            }
            Lab.pause(Math.max(0, (untilNs - System.nanoTime()) / 1_000_000L));
            trio.node(id).signal("CONT");
            load.await(load.sent() + 100);
        }
    }
}
