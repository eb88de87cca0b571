package io.kurier.testkit;

import io.kurier.kernel.Network;
import io.kurier.kernel.World;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Consumer;

/// A whole world without a network for one thread, deterministic from a seed: clock, timers, threads and disk.
public final class SimWorld {
    private final ManualClock clock;
    private final ManualTimers timers;
    private final ManualThreads threads;
    private final SimDisk disk;
    private final World world;

    private SimWorld(ManualClock clock, ManualThreads threads, SimDisk disk, long seed) {
        this.clock = clock;
        this.timers = new ManualTimers(clock);
        this.threads = threads;
        this.disk = disk;
        this.world = new World(clock, timers, threads, disk, noNetwork(), new Random(seed));
    }

    /// A world whose tasks run in the order in which they came.
    public static SimWorld inOrder(long seed) {
        ManualClock clock = new ManualClock();
        return new SimWorld(clock, new ManualThreads(), new SimDisk(clock, seed), seed);
    }

    /// A world whose tasks run in an order that the seed decides.
    public static SimWorld shuffled(long seed) {
        ManualClock clock = new ManualClock();
        return new SimWorld(clock, new ManualThreads(seed), new SimDisk(clock, seed), seed);
    }

    /// A world around an existing disk, with its own new clock, timers and threads: what a restarted process finds.
    public static SimWorld around(SimDisk disk, long seed) {
        return new SimWorld(new ManualClock(), new ManualThreads(), disk, seed);
    }

    /// The world as a node sees it.
    public World world() {
        return world;
    }

    /// Its clock; advancing it runs timers, but not the tasks that they hand to threads.
    public ManualClock clock() {
        return clock;
    }

    /// Its timers.
    public ManualTimers timers() {
        return timers;
    }

    /// Its threads.
    public ManualThreads threads() {
        return threads;
    }

    /// Its disk.
    public SimDisk disk() {
        return disk;
    }

    /// What a restart finds: waiting tasks and timers are gone, the disk is rebooted. After a power loss or a kill, or
    /// a clean end.
    public void restart() {
        threads.dropAll();
        timers.dropAll();
        disk.reboot();
    }

    /// Runs all tasks and due timers until nothing is left to do at this moment.
    public void settle() {
        do {
            threads.runAll();
        } while (timers.runDue() > 0);
    }

    /// Lets time pass: timers run when they are due, and the tasks that they hand in at that same moment.
    public void advance(Duration by) {
        long target = clock.nanos() + by.toNanos();
        settle();
        OptionalLong next = clock.nextTimerNs();
        while (next.isPresent() && next.getAsLong() <= target) {
            clock.advance(Duration.ofNanos(Math.max(0, next.getAsLong() - clock.nanos())));
            settle();
            next = clock.nextTimerNs();
        }
        clock.advance(Duration.ofNanos(target - clock.nanos()));
        settle();
    }

    /// A network on which nothing can listen, and nobody be reached.
    public static Network noNetwork() {
        return new NoNetwork();
    }

    private static final class NoNetwork implements Network {
        @Override
        public Listening listen(InetSocketAddress address, Acceptor acceptor) throws IOException {
            throw new IOException("cannot listen on " + address + ": this world has no network");
        }

        @Override
        public void connect(InetSocketAddress address, Outgoing limits, Acceptor opened, Consumer<IOException> failed) {
            failed.accept(new IOException("cannot reach " + address + ": this world has no network"));
        }
    }
}
