package io.kurier.benchmarks.scenario;

import io.kurier.benchmarks.load.NumberedLoad;
import io.kurier.benchmarks.node.Side;
import io.kurier.benchmarks.node.Trio;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/// How long a client is without an acknowledgement when a node is taken away, again and again; and whether anything
/// that was acknowledged is lost, doubled or out of order.
public final class FailOver implements Scenario {
    private static final String NAME = "fail-over";
    private static final int PARTITIONS = 6;
    private static final int BEFORE = 250;
    private static final int FROZEN_MS = 3_000;
    private static final long LIMIT_NS = 60_000_000_000L;

    private final List<Victim> victims;
    private final Map<Side, Integer> times;

    /// @param times how often each is done
    public FailOver(List<Victim> victims, Map<Side, Integer> times) {
        this.victims = List.copyOf(victims);
        this.times = Map.copyOf(times);
    }

    @Override
    public String name() {
        return NAME;
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
                Admin admin = admin(trio)) {
            var run = new Run(lab, trio, admin);
            run.awaitVoters();
            for (Victim victim : victims) {
                run.all(victim);
            }
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getCause()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static Admin admin(Trio trio) {
        var configs = new HashMap<>(NumberedLoad.PATIENCE);
        configs.putAll(Map.of("bootstrap.servers", trio.bootstrap(), "request.timeout.ms", 5_000));
        return Admin.create(configs);
    }

    private final class Run {
        private final Lab lab;
        private final Trio trio;
        private final Admin admin;
        private final Random random = new Random(1);
        private int topics;

        Run(Lab lab, Trio trio, Admin admin) {
            this.lab = lab;
            this.trio = trio;
            this.admin = admin;
        }

        void all(Victim victim) throws IOException, InterruptedException, ExecutionException {
            List<Double> gapsMs = new ArrayList<>();
            long records = 0;
            for (int i = 1; i <= times(trio.side()); i++) {
                records += once(victim, gapsMs);
                lab.progress("  %-12s %s, %d of %d: %.0f ms"
                        .formatted(trio.side().title(), victim.title(), i, times(trio.side()), gapsMs.getLast()));
            }
            double[] sorted =
                    gapsMs.stream().mapToDouble(Double::doubleValue).sorted().toArray();
            if (sorted.length > 0) {
                lab.less(NAME, victim.title(), "median gap ms", trio.side(), sorted[sorted.length / 2]);
                lab.less(
                        NAME,
                        victim.title(),
                        "p99 gap ms",
                        trio.side(),
                        sorted[(int) Math.ceil(sorted.length * 0.99) - 1]);
                lab.less(NAME, victim.title(), "longest gap ms", trio.side(), sorted[sorted.length - 1]);
                lab.note(NAME, victim.title(), "times", trio.side(), sorted.length);
                lab.note(NAME, victim.title(), "records checked", trio.side(), records);
            }
        }

        private long once(Victim victim, List<Double> gapsMs)
                throws IOException, InterruptedException, ExecutionException {
            int controller = controller();
            int other = controller % 3 + 1;
            int taken = victim.isController() ? controller : other;
            int leader = victim == Victim.CONTROLLER ? other : taken;
            String topic = NAME + "-" + ++topics;
            create(topic, leader);
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
                awaitInSync(topic);
                long records = load.finish();
                admin.deleteTopics(List.of(topic)).all().get();
                return records;
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
            load.await(load.sent() + 100);
            Lab.pause(Math.max(0, (untilNs - System.nanoTime()) / 1_000_000L));
            trio.node(id).signal("CONT");
            load.await(load.sent() + 100);
        }

        private int controller() throws InterruptedException, ExecutionException {
            return admin.describeMetadataQuorum().quorumInfo().get().leaderId();
        }

        private void create(String topic, int leader) throws IOException, InterruptedException, ExecutionException {
            var replicas = List.of(leader, leader % 3 + 1, (leader + 1) % 3 + 1);
            Map<Integer, List<Integer>> assignment = new HashMap<>();
            IntStream.range(0, PARTITIONS).forEach(partition -> assignment.put(partition, replicas));
            admin.createTopics(
                            List.of(new NewTopic(topic, assignment).configs(Map.of("min.insync.replicas", "2"))))
                    .all()
                    .get();
            awaitInSync(topic);
        }

        /// A new cluster of ours begins with one voter; the others join by themselves.
        void awaitVoters() throws IOException {
            await(
                    "three voters",
                    () -> admin.describeMetadataQuorum().quorumInfo().get().voters().size() == 3);
        }

        private void awaitInSync(String topic) throws IOException {
            await(topic + " in sync", () -> {
                var found = admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic);
                return found != null
                        && found.partitions().size() == PARTITIONS
                        && found.partitions().stream()
                                .allMatch(partition -> partition.leader() != null
                                        && partition.isr().size() == 3);
            });
        }
    }

    private interface Condition {
        boolean holds() throws ExecutionException, InterruptedException;
    }

    private static void await(String what, Condition condition) throws IOException {
        long deadlineNs = System.nanoTime() + LIMIT_NS;
        while (true) {
            try {
                if (condition.holds()) {
                    return;
                }
            } catch (ExecutionException notYet) {
                if (System.nanoTime() > deadlineNs) {
                    throw new IOException("still not " + what + " after a minute", notYet);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
            if (System.nanoTime() > deadlineNs) {
                throw new IOException("still not " + what + " after a minute");
            }
            Lab.pause(20);
        }
    }
}
