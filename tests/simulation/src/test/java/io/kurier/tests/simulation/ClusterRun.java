package io.kurier.tests.simulation;

import io.kurier.broker.replica.Partition;
import io.kurier.broker.replica.Partitions;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.cluster.image.TopicImage;
import io.kurier.server.SimulatedNode;
import io.kurier.testkit.sim.SimMachine;
import io.kurier.testkit.sim.SimProcess;
import io.kurier.testkit.sim.Simulation;
import io.kurier.tests.simulation.client.History;
import io.kurier.tests.simulation.client.Leaders;
import io.kurier.tests.simulation.client.SimConsumer;
import io.kurier.tests.simulation.client.SimProducer;
import io.kurier.tests.simulation.client.TopicMaker;
import io.kurier.tests.simulation.invariant.CommittedLog;
import io.kurier.tests.simulation.invariant.DiskLog;
import io.kurier.tests.simulation.invariant.Entry;
import io.kurier.tests.simulation.invariant.Look;
import io.kurier.tests.simulation.invariant.Replica;
import io.kurier.tests.simulation.invariant.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// One run: nodes start, clients work, things go wrong, all is mended, and then everything must be there.
final class ClusterRun {
    static final String TOPIC = "words";
    private static final int MIN_IN_SYNC = 2;
    private static final Duration FAULTY = Duration.ofSeconds(15);
    private static final Duration HEALING = Duration.ofSeconds(120);
    private static final long LOOK_EVERY_NS = 50_000_000;

    private final Plan plan;
    private final Simulation simulation;
    private final SimCluster cluster;
    private final SimMachine clientMachine;
    private final History history = new History();
    private final Watch watch = new Watch();
    private final Map<String, CommittedLog> committed = new HashMap<>();
    private final List<SimProducer> producers = new ArrayList<>();
    private final List<SimConsumer> consumers = new ArrayList<>();
    private @Nullable ClusterImage newest;
    private @Nullable Faults faults;

    /// What came of it.
    ///
    /// @param faults how many were injected
    record Result(long traceHash, long steps, long acknowledged, long read, int faults, long monitors) {}

    private ClusterRun(long seed, Plan plan, @Nullable Consumer<String> lines) {
        this.plan = plan;
        this.simulation = new Simulation(seed, lines);
        this.cluster = new SimCluster(
                simulation,
                plan.nodes(),
                Map.of(
                        "kurier.journal.bytes", plan.journal() ? "8388608" : "0",
                        "replica.lag.time.max.ms", "1500",
                        "offsets.topic.num.partitions", "2"));
        this.clientMachine = new SimMachine(simulation, cluster.network, 100, 1);
    }

    /// A run of this seed, as it is drawn from it.
    static Result of(long seed) {
        return of(seed, Plan.draw(new SplittableRandom(seed)), null);
    }

    /// @param lines takes each event as text; null for none
    static Result of(long seed, Plan plan, @Nullable Consumer<String> lines) {
        ClusterRun run = new ClusterRun(seed, plan, lines);
        try {
            return run.run();
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + run.situation(), e);
        } finally {
            run.end();
        }
    }

    private Result run() {
        cluster.startAll();
        SimProcess clients = clientMachine.boot();
        startClients(clients);
        watchAgain();
        simulation.afterEachStep(this::lookAtNews);
        faults = new Faults(cluster, plan, clientMachine);
        faults.begin();
        simulation.runFor(FAULTY);
        faults.heal();
        require("all nodes are up", this::startStopped);
        require("all brokers are let in and all replicas in sync", this::isWhole);
        producers.forEach(SimProducer::stop);
        require("all that was sent is answered", () -> producers.stream().allMatch(SimProducer::isStopped));
        require("everybody has read all", this::isRead);
        consumers.forEach(SimConsumer::stop);
        require("all replicas are alike", this::isAlike);
        look();
        for (int partition = 0; partition < plan.partitions(); partition++) {
            history.checkNothingLost(partition);
        }
        return new Result(
                simulation.trace().hash(),
                simulation.trace().events(),
                history.acknowledgedValues(),
                history.readValues(),
                faults.done().values().stream().mapToInt(Integer::intValue).sum(),
                simulation.monitorsMet());
    }

    /// Nothing may hang on threads that wait for ever.
    private void end() {
        for (int id = 1; id <= cluster.size(); id++) {
            cluster.machine(id).kill();
        }
        clientMachine.kill();
        simulation.runFor(Duration.ofMillis(50));
    }

    private void startClients(SimProcess process) {
        boolean[] made = new boolean[1];
        process.start("admin", () -> {
            TopicMaker.make(leaders(process, 0), TOPIC, plan.partitions(), 3, MIN_IN_SYNC, plan.memory());
            made[0] = true;
        });
        require("the topic is made", () -> made[0]);
        for (int partition = 0; partition < plan.partitions(); partition++) {
            for (int number = 1; number <= 2; number++) {
                int id = partition * 3 + number;
                SimProducer producer = new SimProducer(
                        leaders(process, id),
                        history,
                        new SplittableRandom(simulation.random().nextLong()),
                        partition,
                        id);
                producers.add(producer);
                process.start("producer", producer::run);
            }
            SimConsumer consumer = new SimConsumer(
                    leaders(process, partition * 3),
                    history,
                    new SplittableRandom(simulation.random().nextLong()),
                    TOPIC,
                    partition,
                    plan.faults().contains(Plan.Fault.FLIPPED_RECORDS));
            consumers.add(consumer);
            process.start("consumer", consumer::run);
        }
    }

    private Leaders leaders(SimProcess process, int id) {
        return new Leaders(process, id, cluster.addresses(), TOPIC);
    }

    private void require(String what, BooleanSupplier condition) {
        long[] nextNs = new long[1];
        boolean[] holds = new boolean[1];
        boolean ended = simulation.runUntil(HEALING, () -> {
            if (simulation.nowNs() >= nextNs[0]) {
                nextNs[0] = simulation.nowNs() + LOOK_EVERY_NS;
                holds[0] = condition.getAsBoolean();
            }
            return holds[0];
        });
        if (!ended) {
            throw new AssertionError("not within " + HEALING.toSeconds() + " s: " + what);
        }
    }

    // ---- what must hold at every moment

    /// Who is in sync is looked at in the moment in which it changes: before the leader has heard of it.
    private void lookAtNews() {
        ClusterImage before = newest;
        newest = cluster.newestImage();
        if (newest != before) {
            look();
        }
    }

    private void watchAgain() {
        simulation.after(LOOK_EVERY_NS, () -> {
            look();
            watchAgain();
        });
    }

    private void look() {
        newest = cluster.newestImage();
        TopicImage topic = newest == null ? null : newest.topic(TOPIC);
        for (int partition = 0; topic != null && partition < plan.partitions(); partition++) {
            PartitionImage state = topic.partition(partition);
            if (state != null) {
                String name = TOPIC + "-" + partition;
                List<Replica> replicas = new ArrayList<>();
                for (int id : state.replicas()) {
                    replicas.add(replica(id, partition));
                }
                watch.check(new Look(
                        name,
                        state,
                        replicas,
                        committed.computeIfAbsent(name, CommittedLog::new),
                        MIN_IN_SYNC,
                        plan.journal() || plan.memory()));
            }
        }
    }

    private Replica replica(int id, int partition) {
        SimulatedNode node = cluster.node(id);
        Partition led = node.isUp() ? led(node, partition) : null;
        List<Entry> log = cluster.flips.read(cluster.machine(id), TOPIC + "-" + partition);
        return new Replica(
                id,
                node.process().number(),
                node.isUp(),
                led == null ? -1 : led.leaderEpoch(),
                led == null ? -1 : led.highWatermark(),
                log);
    }

    private static @Nullable Partition led(SimulatedNode node, int partition) {
        Partitions partitions = node.partitions();
        return partitions == null ? null : partitions.ready(new TopicPartition(TOPIC, partition));
    }

    // ---- what must come true when nothing goes wrong any more

    private boolean startStopped() {
        boolean all = true;
        for (int id = 1; id <= cluster.size(); id++) {
            if (!cluster.node(id).isAlive()) {
                cluster.start(id);
            }
            all &= cluster.node(id).isUp();
        }
        return all;
    }

    private boolean isWhole() {
        newest = cluster.newestImage();
        ClusterImage image = newest;
        if (!startStopped() || image == null) {
            return false;
        }
        for (int id = 1; id <= cluster.size(); id++) {
            var broker = image.broker(id);
            if (broker == null || broker.fenced()) {
                return false;
            }
        }
        TopicImage topic = image.topic(TOPIC);
        return topic != null
                && topic.partitions().stream()
                        .allMatch(state -> state.hasLeader() && state.isr().size() == 3);
    }

    private boolean isRead() {
        for (int partition = 0; partition < plan.partitions(); partition++) {
            if (consumers.get(partition).offset() < history.endSeen(partition)) {
                return false;
            }
        }
        return true;
    }

    private boolean isAlike() {
        for (int partition = 0; partition < plan.partitions(); partition++) {
            String name = TOPIC + "-" + partition;
            List<List<Entry>> logs = new ArrayList<>();
            PartitionImage state = newest == null ? null : newest.partition(TOPIC, partition);
            for (int id : state == null ? List.<Integer>of() : state.replicas()) {
                logs.add(DiskLog.read(cluster.machine(id).disk(), name, false));
            }
            if (logs.stream().distinct().count() != 1) {
                return false;
            }
        }
        return true;
    }

    private String situation() {
        StringBuilder text = new StringBuilder("at " + simulation.nowNs() / 1_000_000 + " ms, " + plan);
        text.append("\nfaults ").append(faults == null ? "" : faults.done());
        for (int id = 1; id <= cluster.size(); id++) {
            SimulatedNode node = cluster.node(id);
            text.append("\nnode ")
                    .append(id)
                    .append(node == null ? " never ran" : node.isUp() ? " is up" : " is down")
                    .append(node == null ? "" : " " + node.refusal());
        }
        ClusterImage image = newest;
        if (image != null && image.topic(TOPIC) != null) {
            image.topic(TOPIC).partitions().forEach(state -> text.append("\n").append(state));
        }
        return text.toString();
    }
}
