package io.kurier.testkit.sim;

import io.kurier.testkit.SimDisk;
import java.util.Random;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// A machine with a disk, clocks and an address; at most one process runs on it at a time.
public final class SimMachine {
    private final Simulation simulation;
    private final SimNetwork network;
    private final String name;
    private final String host;
    private final SimClock clock;
    private final SimDisk disk;
    private final DiskTimes diskTimes;
    private final long seed;
    private boolean powered = true;
    private int processes;
    private @Nullable SimProcess process;

    /// @param number 1 to 250, which makes its address
    /// @param clockRate how fast its clocks run: 1.0 is right
    public SimMachine(Simulation simulation, SimNetwork network, int number, double clockRate) {
        this.simulation = simulation;
        this.network = network;
        this.name = "m" + number;
        this.host = "10.0.0." + number;
        this.seed = simulation.random().nextLong();
        this.clock = new SimClock(simulation, clockRate, new SplittableRandom(seed).nextLong(1L << 50));
        this.disk = new SimDisk(clock, seed);
        this.diskTimes = new DiskTimes();
        network.attach(this);
        simulation.afterEachStep(this::noticeDeath);
    }

    /// How long the disk takes. Set as one likes.
    public static final class DiskTimes {
        /// Of a sync, at least and at most.
        public long leastSyncNs = 100_000;

        /// Of a sync, at most.
        public long mostSyncNs = 2_000_000;

        private DiskTimes() {}
    }

    /// For people.
    public String name() {
        return name;
    }

    /// Its address as a number with dots.
    public String host() {
        return host;
    }

    /// Its clocks.
    public SimClock clock() {
        return clock;
    }

    /// Its disk.
    public SimDisk disk() {
        return disk;
    }

    /// How fast its disk is.
    public DiskTimes diskTimes() {
        return diskTimes;
    }

    SimNetwork network() {
        return network;
    }

    /// False between a power loss and the next start.
    boolean isPowered() {
        return powered;
    }

    /// The process that runs on it; null if none does.
    public @Nullable SimProcess process() {
        return process;
    }

    /// Starts a process, with the power on and the disk as it was left.
    public SimProcess boot() {
        if (process != null) {
            throw new IllegalStateException(name + " runs a process already");
        }
        powered = true;
        disk.reboot();
        SimProcess started =
                new SimProcess(simulation, this, network.nextProcess(), new Random(seed + 31L * ++processes));
        process = started;
        return started;
    }

    /// Ends the process at once (kill -9); what it wrote stays in the page cache. Harmless if there is none.
    public void kill() {
        SimProcess running = process;
        if (running != null) {
            process = null;
            disk.killProcess();
            simulation.note("kill " + name, 0, 0);
            running.end();
        }
    }

    /// Takes the power: what was not synced may be lost, and the other machines are told nothing.
    public void powerLoss() {
        SimProcess running = process;
        process = null;
        powered = false;
        disk.powerLoss();
        simulation.note("power " + name, 0, 0);
        if (running != null) {
            running.end();
        }
    }

    /// The process has ended by itself.
    public void exited() {
        SimProcess running = process;
        if (running != null) {
            process = null;
            running.end();
        }
    }

    /// A disk that loses its power or its process in the middle of a write takes the rest along.
    private void noticeDeath() {
        SimProcess running = process;
        if (running != null && disk.isDead()) {
            process = null;
            powered = false;
            simulation.note("dead " + name, 0, 0);
            running.end();
        }
    }
}
