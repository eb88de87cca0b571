package io.kurier.kernel;

import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A disk in the heap, for nodes whose data need not outlive them. What is written is there at once and "durable" at
/// once; everything goes with the object.
public final class MemoryDisk implements Disk {
    private final Clock clock;
    private final long capacityBytes;
    /// Files, and folders as null, by absolute path; what a folder holds comes right behind it.
    private final TreeMap<Path, @Nullable MemoryFile> names =
            new TreeMap<>(Comparator.comparing(path -> path.toString().replace('/', '\0')));

    private final AtomicLong usedBytes = new AtomicLong();
    private final Set<Path> locked = new HashSet<>();

    /// @param capacityBytes what [#usableBytes] starts from; writing more is an `IOException`
    public MemoryDisk(Clock clock, long capacityBytes) {
        this.clock = clock;
        this.capacityBytes = capacityBytes;
    }

    private static Path key(Path path) {
        return path.toAbsolutePath().normalize();
    }

    @Override
    public synchronized DiskFile open(Path path, Open how) throws IOException {
        Path key = key(path);
        MemoryFile file = names.get(key);
        if (file == null) {
            if (names.containsKey(key)) {
                throw new FileNotFoundException(path + " is a folder");
            }
            if (how != Open.CREATE) {
                throw new NoSuchFileException(path.toString());
            }
            requireFolder(key.getParent());
            file = new MemoryFile(this, clock);
            names.put(key, file);
        }
        return file;
    }

    private void requireFolder(@Nullable Path folder) throws IOException {
        if (folder != null && !isDirectory(folder)) {
            throw new NoSuchFileException(String.valueOf(folder));
        }
    }

    @Override
    public synchronized boolean exists(Path path) {
        return names.containsKey(key(path));
    }

    @Override
    public synchronized boolean isDirectory(Path path) {
        Path key = key(path);
        return key.getParent() == null || (names.containsKey(key) && names.get(key) == null);
    }

    @Override
    public long size(Path path) throws IOException {
        return existing(path).size();
    }

    @Override
    public long modifiedMs(Path path) throws IOException {
        return existing(path).modifiedMs();
    }

    private synchronized MemoryFile existing(Path path) throws IOException {
        MemoryFile file = names.get(key(path));
        if (file == null) {
            throw new NoSuchFileException(path.toString());
        }
        return file;
    }

    @Override
    public synchronized void createDirectories(Path path) throws IOException {
        for (Path folder = key(path); folder != null && folder.getParent() != null; folder = folder.getParent()) {
            if (names.get(folder) != null) {
                throw new IOException(folder + " is a file");
            }
            names.putIfAbsent(folder, null);
        }
    }

    @Override
    public synchronized List<Path> list(Path directory) throws IOException {
        if (!isDirectory(directory)) {
            throw new NoSuchFileException(directory.toString());
        }
        Path key = key(directory);
        List<Path> inside = new ArrayList<>();
        for (Path name : names.tailMap(key, false).keySet()) {
            if (!name.startsWith(key)) {
                break;
            }
            if (key.equals(name.getParent())) {
                inside.add(directory.resolve(name.getFileName()));
            }
        }
        return inside;
    }

    @Override
    public synchronized void rename(Path from, Path to) throws IOException {
        Path source = key(from);
        Path target = key(to);
        if (!names.containsKey(source)) {
            throw new NoSuchFileException(from.toString());
        }
        requireFolder(target.getParent());
        List<Path> moved = new ArrayList<>();
        for (Path name : names.tailMap(source, true).keySet()) {
            if (!name.startsWith(source)) {
                break;
            }
            moved.add(name);
        }
        for (Path name : moved) {
            Path renamed = target.resolve(source.relativize(name)).normalize();
            dropped(names.put(renamed, names.remove(name)));
        }
    }

    @Override
    public synchronized void delete(Path path) throws IOException {
        Path key = key(path);
        Path next = names.higherKey(key);
        if (isDirectory(path) && next != null && next.startsWith(key)) {
            throw new DirectoryNotEmptyException(path.toString());
        }
        dropped(names.remove(key));
    }

    private void dropped(@Nullable MemoryFile file) {
        if (file != null) {
            free(file.size());
        }
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        if (!isDirectory(directory)) {
            throw new NoSuchFileException(directory.toString());
        }
    }

    @Override
    public long usableBytes(Path path) {
        return Math.max(0, capacityBytes - usedBytes.get());
    }

    @Override
    public long totalBytes(Path path) {
        return capacityBytes;
    }

    /// A file grows by so many bytes, if that is positive.
    void use(long bytes) throws IOException {
        if (bytes > 0 && usedBytes.addAndGet(bytes) > capacityBytes) {
            usedBytes.addAndGet(-bytes);
            throw new IOException("No space left on device: the memory disk is full");
        }
    }

    /// So many bytes of a file are gone.
    void free(long bytes) {
        usedBytes.addAndGet(-bytes);
    }

    @Override
    public synchronized Closeable lock(Path path) throws IOException {
        Path key = key(path);
        if (!locked.add(key)) {
            throw new IOException(path + " is locked by another node in this process");
        }
        open(path, Open.CREATE);
        return () -> unlock(key);
    }

    private synchronized void unlock(Path key) {
        locked.remove(key);
    }
}
