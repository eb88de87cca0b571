package io.kurier.testkit.sim;

import io.kurier.kernel.Disk;
import io.kurier.kernel.DiskFile;
import io.kurier.testkit.SimDisk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A machine's disk as its process uses it: a sync by a thread of the flusher takes its time, and what is written
/// meanwhile may or may not be among what is synced.
final class TimedDisk implements Disk {
    private final Simulation simulation;
    private final SimProcess process;
    private final SimMachine machine;
    private final SimDisk disk;

    TimedDisk(Simulation simulation, SimProcess process, SimMachine machine) {
        this.simulation = simulation;
        this.process = process;
        this.machine = machine;
        this.disk = machine.disk();
    }

    private void requireAlive() throws IOException {
        if (!process.isAlive()) {
            throw new IOException("the process has ended");
        }
    }

    private interface Sync {
        void run() throws IOException;
    }

    private void takingTime(Sync sync) throws IOException {
        requireAlive();
        if (!SimProcess.mayBlock()) {
            sync.run(); // others may hold a monitor, and the JDK wakes who waits for it in an order of its own
            return;
        }
        SimMachine.DiskTimes times = machine.diskTimes();
        long ns = times.leastSyncNs + simulation.random().nextLong(times.mostSyncNs - times.leastSyncNs + 1);
        boolean first = simulation.random().nextBoolean();
        if (first) {
            sync.run();
        }
        simulation.sleep(process, ns);
        requireAlive();
        if (!first) {
            sync.run();
        }
    }

    @Override
    public DiskFile open(Path path, Open how) throws IOException {
        requireAlive();
        return new TimedFile(disk.open(path, how));
    }

    @Override
    public boolean exists(Path path) {
        return process.isAlive() && disk.exists(path);
    }

    @Override
    public boolean isDirectory(Path path) {
        return process.isAlive() && disk.isDirectory(path);
    }

    @Override
    public long size(Path path) throws IOException {
        requireAlive();
        return disk.size(path);
    }

    @Override
    public long modifiedMs(Path path) throws IOException {
        requireAlive();
        return disk.modifiedMs(path);
    }

    @Override
    public void createDirectories(Path path) throws IOException {
        requireAlive();
        disk.createDirectories(path);
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        requireAlive();
        return disk.list(directory);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        requireAlive();
        disk.rename(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
        requireAlive();
        disk.delete(path);
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        takingTime(() -> disk.syncDirectory(directory));
    }

    @Override
    public long usableBytes(Path path) throws IOException {
        requireAlive();
        return disk.usableBytes(path);
    }

    @Override
    public long totalBytes(Path path) throws IOException {
        requireAlive();
        return disk.totalBytes(path);
    }

    @Override
    public Closeable lock(Path path) throws IOException {
        requireAlive();
        return disk.lock(path);
    }

    private final class TimedFile implements DiskFile {
        private final DiskFile file;

        TimedFile(DiskFile file) {
            this.file = file;
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            requireAlive();
            return file.read(into, position);
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            requireAlive();
            file.write(from, position);
        }

        @Override
        public long size() throws IOException {
            requireAlive();
            return file.size();
        }

        @Override
        public void truncate(long size) throws IOException {
            requireAlive();
            file.truncate(size);
        }

        @Override
        public void sync() throws IOException {
            takingTime(file::sync);
        }

        @Override
        public Optional<FileChannel> channel() {
            return Optional.empty();
        }

        @Override
        public Residence residence(long position, long length) {
            return file.residence(position, length);
        }

        @Override
        public boolean load(long position, long length) {
            return file.load(position, length);
        }

        @Override
        public void forget(long position, long length) {
            file.forget(position, length);
        }

        @Override
        public void close() throws IOException {
            requireAlive();
            file.close();
        }
    }
}
