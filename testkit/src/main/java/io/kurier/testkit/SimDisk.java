package io.kurier.testkit;

import io.kurier.kernel.Clock;
import io.kurier.kernel.Disk;
import io.kurier.kernel.DiskFile;
import io.kurier.testkit.SimTree.Entry;
import io.kurier.testkit.SimTree.Folder;
import io.kurier.testkit.SimTree.Node;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/// A disk in memory that can lose its power, run full and fail, deterministic from a seed.
///
/// A power loss keeps of every file what was synced, and of the unsynced writes and truncations a random part: none,
/// all, the first ones with the next torn, or any sectors (512 bytes) of any of them; a file may also keep its length
/// with zeros for bytes. Names that were created, renamed or deleted without a [#syncDirectory(Path)] are each kept or
/// lost, where a renamed file is under its old name or under the new one. Syncing a file does not make its name
/// durable, and syncing a folder makes durable what is in it, not its own name in the folder above. What is done to a
/// disk is thus checked against more than any one file system does.
///
/// A *mutation* is whatever changes the disk or makes it durable: creating, writing, truncating, renaming, deleting,
/// syncing. Safe for use by several threads.
public final class SimDisk implements Disk {
    private final Clock clock;
    private final RandomGenerator random;
    private final SimTree tree;
    private final SimFaults faults = new SimFaults();
    private final Map<Path, Object> locks = new HashMap<>();
    private final SimPower power = new SimPower();
    long chills;

    /// An empty disk. The clock tells when files are written.
    public SimDisk(Clock clock, long seed) {
        this(clock, seed, new SimTree());
    }

    private SimDisk(Clock clock, long seed, SimTree tree) {
        this.clock = clock;
        this.random = new SplittableRandom(seed);
        this.tree = tree;
    }

    /// Forgets what is in memory: each file is cold until it is loaded.
    public synchronized void chill() {
        chills++;
    }

    // ---- power

    /// Takes the power, with the losses drawn from this disk's seed.
    public void powerLoss() {
        powerLoss(random);
    }

    /// Takes the power: everything fails with a [PowerLostException] until [#reboot()].
    public synchronized void powerLoss(RandomGenerator losses) {
        power.lose();
        tree.losePower(losses);
    }

    /// Ends the process that uses the disk, as kill -9 does: everything fails until [#reboot()], but nothing that was
    /// written is lost, and nothing becomes durable by it either.
    public synchronized void killProcess() {
        power.kill();
    }

    /// Takes the power at the `n`-th mutation from now (1: the next): what that one changes is among what may be lost
    /// or torn.
    public synchronized void crashAfterWrites(long n) {
        power.loseAfter(n);
    }

    /// Kills the process at the `n`-th mutation from now (1: the next), which does not take place.
    public synchronized void killAfterWrites(long n) {
        power.killAfter(n);
    }

    /// Makes the disk usable again after a power loss or a kill. Files and locks from before stay dead. Faults stay as
    /// well.
    public synchronized void reboot() {
        power.reboot();
        locks.clear();
    }

    /// True if the power is lost or the process was killed, and nobody rebooted.
    public synchronized boolean isDead() {
        return power.isOut();
    }

    /// Mutations since the disk was made.
    public synchronized long mutations() {
        return power.mutations();
    }

    /// Makes all bytes and names durable at once, for setting a stage.
    public synchronized void syncAll() {
        tree.syncAll();
    }

    /// Another disk with what is durable on this one, and no faults.
    public synchronized SimDisk fork(long seed) {
        return new SimDisk(clock, seed, tree.fork());
    }

    /// The next sync of a file or folder that the rule names fails. As on Linux, part of what was unsynced is then lost
    /// for ever, although it can still be read and the next sync succeeds.
    public synchronized void failNextSync(Predicate<Path> paths) {
        faults.failNextSync(paths);
    }

    /// Every mutation of the paths fails with an I/O error, until [#heal()].
    public synchronized void failWrites(Predicate<Path> paths) {
        faults.failWrites(paths);
    }

    /// Every read of the files fails with an I/O error, until [#heal()].
    public synchronized void failReads(Predicate<Path> paths) {
        faults.failReads(paths);
    }

    /// The `n`-th mutation from now (1: the next) fails with an I/O error and does nothing; those after it are well.
    public synchronized void failMutation(long n) {
        faults.failAtMutation(power.mutations() + n);
    }

    /// How many bytes of files fit. A write that does not fit writes what does, and fails.
    public synchronized void capacity(long bytes) {
        faults.capacity(bytes);
    }

    /// The first mutation that needs space, from the `n`-th from now on (1: the next), finds half of what it needs; the
    /// disk is full from then on, until [#heal()] or [#capacity(long)].
    public synchronized void fullAfterWrites(long n) {
        faults.fullAtMutation(power.mutations() + n);
    }

    /// Ends all faults, and those that were to come.
    public synchronized void heal() {
        faults.heal();
        power.disarm();
    }

    /// Flips one bit (0 to 7) of the byte at `position`, in memory and on the platter.
    public synchronized void flipBit(Path path, long position, int bit) throws IOException {
        tree.inode(path, "flip a bit of").flip(position, bit);
    }

    /// A file's bytes, as programs see them.
    public synchronized byte[] bytes(Path path) throws IOException {
        return tree.inode(path, "read").bytes();
    }

    /// A file's bytes, as they are surely kept in a power loss.
    public synchronized byte[] durableBytes(Path path) throws IOException {
        return tree.inode(path, "read").durableBytes();
    }

    /// Of a file's length, what is surely kept in a power loss.
    public synchronized long durableSize(Path path) throws IOException {
        return tree.inode(path, "read").durableSize();
    }

    /// All files below a folder, by name.
    public synchronized List<Path> files(Path folder) {
        return tree.files(folder);
    }

    // ---- the disk

    @Override
    public synchronized DiskFile open(Path path, Open how) throws IOException {
        power.check(path);
        Node node = tree.find(path);
        return switch (node) {
            case Folder _ -> throw SimTree.failed("open", path, "it is a folder");
            case SimInode inode -> new SimFile(this, path, inode, how != Open.READ, power.boot());
            case null -> {
                if (how != Open.CREATE) {
                    throw SimTree.missing("open", path);
                }
                yield new SimFile(this, path, create(path), true, power.boot());
            }
        };
    }

    private SimInode create(Path path) throws IOException {
        Entry entry = tree.parent("create", path);
        space("create", path);
        SimInode inode = new SimInode(clock.wallMs());
        mutate("create", path, () -> tree.link(entry, inode));
        return inode;
    }

    private void space(String what, Path path) throws IOException {
        if (faults.fitting(power.mutations() + 1, tree::usedBytes, 1) < 1) {
            throw SimTree.failed(what, path, SimFaults.NO_SPACE);
        }
    }

    @Override
    public synchronized boolean exists(Path path) {
        return !power.isOut() && tree.find(path) != null;
    }

    @Override
    public synchronized boolean isDirectory(Path path) {
        return !power.isOut() && tree.find(path) instanceof Folder;
    }

    @Override
    public synchronized long size(Path path) throws IOException {
        power.check(path);
        return tree.inode(path, "read the size of").size();
    }

    @Override
    public synchronized long modifiedMs(Path path) throws IOException {
        power.check(path);
        return tree.inode(path, "read the modification time of").modifiedMs;
    }

    @Override
    public synchronized void createDirectories(Path path) throws IOException {
        power.check(path);
        Path absolute = SimTree.absolute(path);
        Node node = tree.find(absolute);
        if (node instanceof SimInode) {
            throw new FileAlreadyExistsException(
                    path.toString(), null, "cannot create folder " + path + ": a file of that name is in the way");
        }
        Path above = absolute.getParent();
        if (node == null && above != null) {
            createDirectories(above);
            Entry entry = tree.parent("create folder", path);
            space("create folder", path);
            mutate("create folder", path, () -> tree.link(entry, new Folder()));
        }
    }

    @Override
    public synchronized List<Path> list(Path directory) throws IOException {
        power.check(directory);
        faults.beforeRead(directory);
        return tree.folder("list folder", directory).current.keySet().stream()
                .map(directory::resolve)
                .toList();
    }

    @Override
    public synchronized void rename(Path from, Path to) throws IOException {
        power.check(from);
        Entry source = tree.parent("rename", from);
        Entry target = tree.parent("rename " + from + " to", to);
        Node node = source.current();
        Node there = target.current();
        if (node == null) {
            throw SimTree.missing("rename", from);
        }
        boolean free = switch (there) {
            case null -> true;
            case Folder inside -> node instanceof Folder && inside.current.isEmpty();
            case SimInode _ -> node instanceof SimInode;
        };
        if (!free) {
            throw SimTree.failed("rename " + from + " to", to, "something of that name is in the way");
        }
        mutate("rename " + from + " to", to, () -> {
            if (there != node) {
                tree.rename(source, target, node);
            }
        });
    }

    @Override
    public synchronized void delete(Path path) throws IOException {
        power.check(path);
        Entry entry = tree.entry(path);
        Node node = entry == null ? null : entry.current();
        if (entry == null || node == null) {
            return;
        }
        if (node instanceof Folder inside && !inside.current.isEmpty()) {
            throw new DirectoryNotEmptyException(path.toString());
        }
        mutate("delete", path, () -> tree.unlink(entry, node));
    }

    @Override
    public synchronized void syncDirectory(Path directory) throws IOException {
        power.check(directory);
        Folder folder = tree.folder("sync folder", directory);
        if (faults.failsSync(power.mutations() + 1, directory)) {
            power.countMutation();
            throw faults.syncFailure(directory);
        }
        mutate("sync folder", directory, () -> {
            if (!power.isOut()) {
                tree.sync(folder);
            }
        });
    }

    @Override
    public synchronized long usableBytes(Path path) throws IOException {
        power.check(path);
        return faults.freeBytes(tree.usedBytes());
    }

    @Override
    public synchronized long totalBytes(Path path) throws IOException {
        power.check(path);
        return faults.capacityBytes();
    }

    @Override
    public synchronized Closeable lock(Path path) throws IOException {
        power.check(path);
        Path key = SimTree.absolute(path);
        if (locks.containsKey(key)) {
            throw SimTree.failed("lock", path, "another node holds the lock");
        }
        open(path, Open.CREATE).close();
        Object mine = new Object();
        locks.put(key, mine);
        return () -> unlock(key, mine);
    }

    private synchronized void unlock(Path key, Object mine) {
        locks.remove(key, mine);
    }

    // ---- for its files

    void alive(Path path, long openedInBoot) throws IOException {
        power.check(path, openedInBoot);
    }

    void beforeRead(Path path) throws IOException {
        faults.beforeRead(path);
    }

    /// Writes what fits; fails if that is not all.
    void write(SimInode inode, Path path, byte[] bytes, long position) throws IOException {
        long growth = Math.max(0, position + bytes.length - inode.size());
        long fitting = growth == 0 ? 0 : faults.fitting(power.mutations() + 1, tree::usedBytes, growth);
        int writable = (int) Math.max(0, bytes.length - (growth - fitting));
        mutate("write", path, () -> {
            inode.write(java.util.Arrays.copyOf(bytes, writable), position);
            inode.modifiedMs = clock.wallMs();
        });
        if (writable < bytes.length) {
            throw SimTree.failed("write", path, SimFaults.NO_SPACE);
        }
    }

    void truncate(SimInode inode, Path path, long size) throws IOException {
        mutate("truncate", path, () -> {
            inode.truncate(size);
            inode.modifiedMs = clock.wallMs();
        });
    }

    void sync(SimInode inode, Path path) throws IOException {
        if (faults.failsSync(power.mutations() + 1, path)) {
            power.countMutation();
            inode.failSync(random);
            throw faults.syncFailure(path);
        }
        mutate("sync", path, () -> {
            if (!power.isOut()) {
                inode.sync();
            }
        });
    }

    /// Counts and does one change. The one that the power is lost at is done first, so that it may be lost, kept or
    /// torn; a sync sees that the disk is dead and does nothing.
    private void mutate(String what, Path path, Runnable change) throws IOException {
        power.countMutation();
        faults.beforeMutation(power.mutations(), what, path);
        switch (power.atMutation()) {
            case ON -> change.run();
            case LOST -> {
                change.run();
                tree.losePower(random);
            }
            case KILLED -> {}
        }
        power.check(path);
    }
}
