package io.kurier.tests.simulation;

import io.kurier.broker.replica.Partition;
import io.kurier.broker.replica.Partitions;
import io.kurier.cluster.KRaftCluster;
import io.kurier.cluster.image.BrokerImage;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.cluster.image.TopicImage;
import io.kurier.server.SimulatedNode;
import io.kurier.testkit.sim.Line;
import io.kurier.testkit.sim.SimMachine;
import io.kurier.testkit.sim.Simulation;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/// Does to a cluster what its plan says, and mends it again.
final class Faults {
    private static final long MS = 1_000_000;
    /// They end a process.
    private static final Set<Plan.Fault> STOPS =
            EnumSet.of(Plan.Fault.KILL, Plan.Fault.CLEAN_RESTART, Plan.Fault.POWER_LOSS, Plan.Fault.QUICK_REBOOT);

    private final Simulation simulation;
    private final SimCluster cluster;
    private final List<Plan.Fault> kinds;
    private final int pauseMs;
    private final RandomGenerator random;
    private final List<SimMachine> machines = new ArrayList<>();
    private final Map<Plan.Fault, Integer> done = new TreeMap<>();
    private final Map<Integer, Runnable> restarts = new HashMap<>();
    private final Set<Integer> suspicious = new HashSet<>();
    private final MemoryLosses losses;
    private boolean over;

    /// @param clients a machine that is no node
    Faults(SimCluster cluster, Plan plan, SimMachine clients) {
        this.simulation = cluster.simulation;
        this.cluster = cluster;
        this.kinds = List.copyOf(plan.faults());
        this.pauseMs = plan.pauseMs();
        this.random = cluster.simulation.random();
        this.losses = new MemoryLosses(cluster, plan.memory());
        for (int id = 1; id <= cluster.size(); id++) {
            machines.add(cluster.machine(id));
        }
        machines.add(clients);
    }

    /// How often each was done.
    Map<Plan.Fault, Integer> done() {
        return done;
    }

    void begin() {
        if (!kinds.isEmpty()) {
            next();
        }
    }

    private void next() {
        simulation.after((50 + random.nextInt(pauseMs)) * MS, () -> {
            if (!over) {
                Plan.Fault fault = kinds.get(random.nextInt(kinds.size()));
                done.merge(fault, 1, Integer::sum);
                simulation.note("fault " + fault, 0, 0);
                int id = 1 + random.nextInt(cluster.size());
                if (!(STOPS.contains(fault) && losses.isUnpaid())) {
                    inject(fault, id);
                }
                next();
            }
        });
    }

    private void inject(Plan.Fault fault, int id) {
        SimMachine machine = cluster.machine(id);
        switch (fault) {
            case KILL -> {
                machine.kill();
                restart(id, 3_000);
            }
            case POWER_LOSS -> {
                if (losses.mayHit(id)) {
                    losses.happened(id);
                    machine.powerLoss();
                    restart(id, 5_000);
                }
            }
            case POWER_LOSS_OF_ALL -> powerLossOfAll();
            case CRASH_IN_A_WRITE -> {
                if (machine.process() != null) {
                    machine.disk().crashAfterWrites(1 + random.nextInt(30));
                    restart(id, 4_000);
                }
            }
            case CLEAN_RESTART -> {
                SimulatedNode node = cluster.node(id);
                if (node.isUp()) {
                    node.stop();
                    restart(id, 3_000);
                }
            }
            case QUICK_REBOOT -> quickReboot(id);
            case FREEZE -> freeze(machine);
            case CUT_ONE_WAY -> forAWhile(someLine(machine), Line::cut, 8_000);
            case CUT_BOTH_WAYS -> {
                SimMachine other = machines.get(random.nextInt(machines.size()));
                forAWhile(cluster.network.line(machine, other), Line::cut, 8_000);
                forAWhile(cluster.network.line(other, machine), Line::cut, 8_000);
            }
            case ISOLATE -> isolate(machine);
            case BROKEN_CONNECTIONS ->
                cluster.network.breakConnections(machine, machines.get(random.nextInt(machines.size())));
            case CLOG -> {
                long ms = 20 + random.nextInt(800);
                forAWhile(someLine(machine), line -> line.takes(ms * MS / 2, ms * MS), 5_000);
            }
            case LOSS -> forAWhile(someLine(machine), line -> line.loses(0.3), 5_000);
            case SLOW_SYNC -> slowSync(machine);
            case FAILED_SYNC -> {
                if (machine.process() != null) {
                    machine.disk().failNextSync(path -> true);
                    replaceSoon(id);
                }
            }
            case READ_ERRORS -> readErrors(id);
            case FLIPPED_RECORDS -> flipRecords(id);
            case FLIPPED_INDEX -> led(id).ifPresent(folder -> IndexDamage.flip(machine.disk(), folder, random));
            case STRANGE_INDEX -> led(id).ifPresent(folder -> IndexDamage.shift(machine.disk(), folder));
            case CLOCK_JUMP -> machine.clock().jumpWallMs((random.nextBoolean() ? 1 : -1) * random.nextLong(3_600_000));
        }
    }

    private void powerLossOfAll() {
        for (int id = 1; id <= cluster.size(); id++) {
            cluster.machine(id).powerLoss();
            restart(id, 2_000);
        }
    }

    private void flipRecords(int id) {
        SimMachine machine = cluster.machine(id);
        led(id).ifPresent(folder -> cluster.flips.flip(machine, folder, random));
        simulation.after((200 + random.nextInt(4_000)) * MS, () -> cluster.flips.mend(machine));
    }

    private void readErrors(int id) {
        SimMachine machine = cluster.machine(id);
        if (machine.process() != null) {
            machine.disk().failReads(path -> path.toString().contains(ClusterRun.TOPIC));
            replaceSoon(id);
        }
    }

    /// A disk that failed is not used for long.
    private void replaceSoon(int id) {
        suspicious.add(id);
        simulation.after((500 + random.nextInt(2_000)) * MS, () -> {
            if (!over) {
                cluster.machine(id).kill();
                cluster.machine(id).disk().heal();
                restart(id, 1_000);
            }
        });
    }

    /// The folder of a partition that a node leads.
    private Optional<String> led(int id) {
        SimulatedNode node = cluster.node(id);
        Partitions partitions = node.isUp() ? node.partitions() : null;
        List<String> led = partitions == null
                ? List.of()
                : partitions.opened().stream()
                        .filter(Partition::isReady)
                        .map(partition -> partition.name().toString())
                        .filter(name -> name.startsWith(ClusterRun.TOPIC))
                        .sorted()
                        .toList();
        return led.isEmpty() ? Optional.empty() : Optional.of(led.get(random.nextInt(led.size())));
    }

    private void restart(int id, int withinMs) {
        restartAfter(id, 100 + random.nextInt(withinMs));
    }

    private void restartAfter(int id, int ms) {
        Runnable[] me = new Runnable[1];
        me[0] = () -> {
            if (restarts.get(id) == me[0]) {
                restarts.remove(id);
                cluster.machine(id).kill();
                cluster.start(id);
            }
        };
        restarts.put(id, me[0]);
        simulation.after(ms * MS, me[0]);
    }

    /// A node comes back, and when its leader knows of it, it ends and loses its memory, and is there again in a
    /// moment; what its leader sends takes so long that what it says of the process before arrives when there is
    /// another, which has not got from it yet what it lacks.
    private void quickReboot(int id) {
        cluster.machine(id).kill();
        restartAfter(id, 20 + random.nextInt(200));
        when(
                () -> restarts.get(id) == null && cluster.node(id).isUp(),
                () -> leaderOf(id).ifPresent(leader -> {
                    int ms = 150 + random.nextInt(450);
                    for (int other = 1; other <= cluster.size(); other++) {
                        if (other != id && other != leader) {
                            slowDown(leader, other, ms);
                        }
                    }
                    int thenMs = random.nextInt(ms / 2);
                    when(
                            () -> isKnown(id, leader),
                            () -> simulation.after(thenMs * MS, () -> rebootAtOnce(id, leader, ms)));
                }));
    }

    /// The process is killed a moment before, which the others notice: they miss one whose power is gone, and let in no
    /// other, after the session's time only.
    private void rebootAtOnce(int id, int leader, int slowMs) {
        if (!over && cluster.node(id).isUp() && losses.mayHit(id)) {
            losses.happened(id);
            cluster.machine(id).kill();
            simulation.after(2 * MS, () -> {
                if (!over) {
                    cluster.machine(id).powerLoss();
                }
            });
            restartAfter(id, 3 + random.nextInt(30));
            slowDown(leader, id, slowMs);
        }
    }

    private void slowDown(int from, int to, int ms) {
        Line line = cluster.network.line(cluster.machine(from), cluster.machine(to));
        line.takes(ms * MS / 2, ms * MS);
        simulation.after(4 * ms * MS, line::heal);
    }

    /// Who leads a partition that this node is not in sync with.
    private Optional<Integer> leaderOf(int id) {
        ClusterImage image = cluster.newestImage();
        TopicImage topic = image == null ? null : image.topic(ClusterRun.TOPIC);
        return topic == null
                ? Optional.empty()
                : topic.partitions().stream()
                        .filter(state -> state.hasLeader() && state.leader() != id)
                        .filter(state ->
                                state.replicas().contains(id) && !state.isr().contains(id))
                        .map(PartitionImage::leader)
                        .findFirst();
    }

    /// True if a node's metadata says that another's present process serves.
    private boolean isKnown(int id, int where) {
        KRaftCluster view = cluster.node(where).cluster();
        ClusterImage newest = cluster.newestImage();
        BrokerImage there = view == null ? null : view.image().broker(id);
        BrokerImage now = newest == null ? null : newest.broker(id);
        return there != null && now != null && there.isActive() && there.epoch() == now.epoch();
    }

    /// Soon after a condition holds, unless it takes seconds.
    private void when(BooleanSupplier condition, Runnable then) {
        when(condition, 2_000, then);
    }

    private void when(BooleanSupplier condition, int tries, Runnable then) {
        simulation.after(MS, () -> {
            if (!over && condition.getAsBoolean()) {
                then.run();
            } else if (!over && tries > 0) {
                when(condition, tries - 1, then);
            }
        });
    }

    private void freeze(SimMachine machine) {
        var process = machine.process();
        if (process != null && !process.isFrozen()) {
            process.freeze();
            simulation.after((50 + random.nextInt(6_000)) * MS, process::thaw);
        }
    }

    private Line someLine(SimMachine machine) {
        SimMachine other = machines.get(random.nextInt(machines.size()));
        return random.nextBoolean() ? cluster.network.line(machine, other) : cluster.network.line(other, machine);
    }

    private interface Change {
        void apply(Line line);
    }

    private void forAWhile(Line line, Change change, int withinMs) {
        change.apply(line);
        simulation.after((50 + random.nextInt(withinMs)) * MS, line::heal);
    }

    /// From the other nodes, or from all, in one direction or both.
    private void isolate(SimMachine machine) {
        boolean in = random.nextInt(3) > 0;
        boolean out = !in || random.nextBoolean();
        long ms = 50 + random.nextInt(8_000);
        int others = random.nextBoolean() ? machines.size() : machines.size() - 1;
        for (SimMachine other : machines.subList(0, others)) {
            Line there = cluster.network.line(machine, other);
            Line back = cluster.network.line(other, machine);
            if (out) {
                there.cut();
                simulation.after(ms * MS, there::heal);
            }
            if (in) {
                back.cut();
                simulation.after(ms * MS, back::heal);
            }
        }
    }

    private void slowSync(SimMachine machine) {
        long ms = 50 + random.nextInt(random.nextInt(4) == 0 ? 10_000 : 500);
        SimMachine.DiskTimes times = machine.diskTimes();
        times.leastSyncNs = ms * MS / 2;
        times.mostSyncNs = ms * MS;
        simulation.after((200 + random.nextInt(5_000)) * MS, () -> fast(machine));
    }

    private static void fast(SimMachine machine) {
        machine.diskTimes().leastSyncNs = 100_000;
        machine.diskTimes().mostSyncNs = 2_000_000;
    }

    /// Nothing goes wrong any more, and what does not run is started.
    void heal() {
        over = true;
        restarts.clear();
        cluster.network.heal();
        for (int id = 1; id <= cluster.size(); id++) {
            SimMachine machine = cluster.machine(id);
            fast(machine);
            machine.disk().heal();
            cluster.flips.mend(machine);
            if (suspicious.contains(id) || cluster.node(id).isStopping()) {
                machine.kill();
            }
            if (machine.process() == null) {
                cluster.start(id);
            } else if (machine.process().isFrozen()) {
                machine.process().thaw();
            }
        }
    }
}
