package io.kurier.broker;

import io.kurier.kernel.Disk;
import io.kurier.kernel.DiskFile;
import io.kurier.kernel.FileDisk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/// The real disk as if nothing were in memory that was not written or read meanwhile, page by page. It notes when a
/// network thread would have waited.
final class ColdDisk implements Disk {
    /// What its files say of themselves.
    enum Tells {
        /// What is in memory, and they can be loaded.
        RESIDENCE,
        /// Nothing of what is in memory; they can be loaded.
        NOTHING,
        /// Nothing, and they cannot be loaded.
        NOTHING_NOR_LOADS
    }

    private static final int PAGE_BYTES = 4096;

    final Queue<String> waits = new ConcurrentLinkedQueue<>();
    final AtomicLong loads = new AtomicLong();
    private final Map<Path, BitSet> inMemory = new ConcurrentHashMap<>();
    private final FileDisk disk = new FileDisk();
    private final Tells tells;

    ColdDisk(Tells tells) {
        this.tells = tells;
    }

    /// Forgets what is in memory.
    void chill() {
        inMemory.values().forEach(pages -> {
            synchronized (pages) {
                pages.clear();
            }
        });
    }

    @Override
    public DiskFile open(Path path, Open how) throws IOException {
        return new ColdFile(path, disk.open(path, how), inMemory.computeIfAbsent(path, _ -> new BitSet()));
    }

    @Override
    public boolean exists(Path path) {
        return disk.exists(path);
    }

    @Override
    public boolean isDirectory(Path path) {
        return disk.isDirectory(path);
    }

    @Override
    public long size(Path path) throws IOException {
        return disk.size(path);
    }

    @Override
    public long modifiedMs(Path path) throws IOException {
        return disk.modifiedMs(path);
    }

    @Override
    public void createDirectories(Path path) throws IOException {
        disk.createDirectories(path);
    }

    @Override
    public List<Path> list(Path folder) throws IOException {
        return disk.list(folder);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        disk.rename(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
        disk.delete(path);
    }

    @Override
    public void syncDirectory(Path folder) throws IOException {
        disk.syncDirectory(folder);
    }

    @Override
    public long usableBytes(Path path) throws IOException {
        return disk.usableBytes(path);
    }

    @Override
    public long totalBytes(Path path) throws IOException {
        return disk.totalBytes(path);
    }

    @Override
    public Closeable lock(Path path) throws IOException {
        return disk.lock(path);
    }

    private final class ColdFile implements DiskFile {
        private final Path path;
        private final DiskFile file;
        private final BitSet pages;

        ColdFile(Path path, DiskFile file, BitSet pages) {
            this.path = path;
            this.file = file;
            this.pages = pages;
        }

        private boolean isInMemory(long position, long length) {
            int end = page(position + length - 1) + 1;
            synchronized (pages) {
                return pages.nextClearBit(page(position)) >= end;
            }
        }

        private void nowInMemory(long position, long length) {
            if (length > 0) {
                synchronized (pages) {
                    pages.set(page(position), page(position + length - 1) + 1);
                }
            }
        }

        private void mayWait(String what, long position) {
            if (Thread.currentThread().getName().startsWith("kurier-network")) {
                waits.add(what + " " + path + " at " + position);
            }
        }

        private static int page(long position) {
            return (int) (position / PAGE_BYTES);
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            int read = file.read(into, position);
            if (read > 0) {
                if (!isInMemory(position, read)) {
                    mayWait("read", position);
                }
                nowInMemory(position, read);
            }
            return read;
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            nowInMemory(position, from.remaining());
            file.write(from, position);
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void truncate(long size) throws IOException {
            file.truncate(size);
        }

        @Override
        public void sync() throws IOException {
            file.sync();
        }

        @Override
        public Optional<FileChannel> channel() {
            return file.channel();
        }

        @Override
        public Residence residence(long position, long length) {
            if (tells != Tells.RESIDENCE) {
                return Residence.UNKNOWN;
            }
            return isInMemory(position, length) ? Residence.IN_MEMORY : Residence.ON_DISK;
        }

        @Override
        public boolean load(long position, long length) {
            if (tells == Tells.NOTHING_NOR_LOADS) {
                return false;
            }
            loads.incrementAndGet();
            mayWait("load", position);
            nowInMemory(position, length);
            return true;
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
