package io.kurier.kernel;

import io.kurier.kernel.linux.FilePages;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The file system of this machine, through `FileChannel`s; no memory maps, so that every failure is an `IOException`.
///
/// Threads that use it must never be interrupted: the JDK closes a channel under an interrupted thread, for all other
/// users of the file too. Such a failure says so.
public final class FileDisk implements Disk {
    /// Locks held by this process: the operating system's own would let one process take the same lock twice.
    private static final Set<Path> HELD_LOCKS = ConcurrentHashMap.newKeySet();

    private static final Pattern MOST_OPEN_FILES = Pattern.compile("Max open files\\s+(\\d{1,12})");

    private final TimeCounts syncs = new TimeCounts();

    /// How long syncs of its files took.
    public TimeCounts syncs() {
        return syncs;
    }

    @Override
    public DiskFile open(Path path, Open how) throws IOException {
        Set<OpenOption> options = switch (how) {
            case READ -> Set.of(StandardOpenOption.READ);
            case WRITE -> Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
            case CREATE -> Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        };
        try {
            if (how == Open.READ && Files.isDirectory(path)) { // for writing the system refuses it
                throw new FileSystemException(path.toString(), null, "it is a folder");
            }
            return new ChannelFile(path, FileChannel.open(path, options), syncs, new FilePages(path));
        } catch (IOException e) {
            throw failed("open", path, e);
        }
    }

    /// Half of what the system allows this process; the other half is for connections.
    @Override
    public int mostOpenFiles() {
        try {
            Matcher allowed = MOST_OPEN_FILES.matcher(Files.readString(Path.of("/proc/self/limits")));
            if (allowed.find()) {
                return (int) Math.min(Long.parseLong(allowed.group(1)) / 2, Integer.MAX_VALUE);
            }
        } catch (IOException | NumberFormatException e) {
            // not Linux, or without a limit
        }
        return Disk.super.mostOpenFiles();
    }

    @Override
    public boolean exists(Path path) {
        return Files.exists(path);
    }

    @Override
    public boolean isDirectory(Path path) {
        return Files.isDirectory(path);
    }

    @Override
    public long size(Path path) throws IOException {
        try {
            return Files.size(path);
        } catch (IOException e) {
            throw failed("read the size of", path, e);
        }
    }

    @Override
    public long modifiedMs(Path path) throws IOException {
        try {
            return Files.getLastModifiedTime(path).toMillis();
        } catch (IOException e) {
            throw failed("read the modification time of", path, e);
        }
    }

    @Override
    public void createDirectories(Path path) throws IOException {
        try {
            Files.createDirectories(path);
        } catch (IOException e) {
            throw failed("create folder", path, e);
        }
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.sorted(
                            Comparator.comparing(entry -> entry.getFileName().toString()))
                    .toList();
        } catch (IOException e) {
            throw failed("list folder", directory, e);
        } catch (java.io.UncheckedIOException e) {
            throw failed("list folder", directory, e.getCause());
        }
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new IOException("cannot rename " + from + " to " + to + ": " + reason(e), e);
        }
    }

    @Override
    public void delete(Path path) throws IOException {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw failed("delete", path, e);
        }
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            throw failed("sync folder", directory, e);
        }
    }

    @Override
    public long usableBytes(Path path) throws IOException {
        try {
            return Files.getFileStore(nearestExisting(path)).getUsableSpace();
        } catch (IOException e) {
            throw failed("read the free space at", path, e);
        }
    }

    @Override
    public long totalBytes(Path path) throws IOException {
        try {
            return Files.getFileStore(nearestExisting(path)).getTotalSpace();
        } catch (IOException e) {
            throw failed("read the size of the disk at", path, e);
        }
    }

    @Override
    public Closeable lock(Path path) throws IOException {
        try {
            Path folder = path.toAbsolutePath().getParent();
            Path key = (folder == null ? path : folder.toRealPath().resolve(path.getFileName()));
            // Asked before the file is opened: closing any descriptor of a file drops this process's locks on it.
            if (!HELD_LOCKS.add(key)) {
                throw new IOException("another node in this process holds the lock");
            }
            boolean locked = false;
            try {
                Closeable lock = lockFor(path, key);
                locked = true;
                return lock;
            } finally {
                if (!locked) {
                    HELD_LOCKS.remove(key);
                }
            }
        } catch (IOException e) {
            throw failed("lock", path, e);
        }
    }

    @SuppressWarnings("try")
    private static Closeable lockFor(Path path, Path key) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
            if (lock == null) {
                throw new IOException("another process holds the lock");
            }
            return new HeldLock(channel, key, new AtomicBoolean());
        } finally {
            if (lock == null) {
                channel.close();
            }
        }
    }

    private record HeldLock(FileChannel channel, Path key, AtomicBoolean closed) implements Closeable {
        @Override
        public void close() throws IOException {
            if (closed.compareAndSet(false, true)) {
                try {
                    channel.close();
                } finally {
                    HELD_LOCKS.remove(key);
                }
            }
        }
    }

    private static Path nearestExisting(Path path) {
        Path candidate = path.toAbsolutePath();
        while (!Files.exists(candidate)) {
            Path parent = candidate.getParent();
            if (parent == null) {
                return candidate;
            }
            candidate = parent;
        }
        return candidate;
    }

    /// The same kind of failure where the kind tells something, with a message that names the path and what was tried.
    static IOException failed(String what, Path path, @Nullable Throwable cause) {
        String message = "cannot " + what + " " + path + ": " + reason(cause);
        IOException failure = switch (cause) {
            case NoSuchFileException _ -> new NoSuchFileException(path.toString(), null, message);
            case FileAlreadyExistsException _ -> new FileAlreadyExistsException(path.toString(), null, message);
            case null, default -> new IOException(message);
        };
        failure.initCause(cause);
        return failure;
    }

    private static String reason(@Nullable Throwable cause) {
        return switch (cause) {
            case null -> "unknown reason";
            case NoSuchFileException _ -> "no such file or folder";
            case FileAlreadyExistsException _ -> "a file of that name is in the way";
            case java.nio.file.DirectoryNotEmptyException _ -> "the folder is not empty";
            case java.nio.file.AccessDeniedException _ -> "permission denied";
            case java.nio.channels.ClosedByInterruptException _ ->
                "a thread was interrupted during I/O, which closes the file; never interrupt threads that use the disk";
            case java.nio.channels.ClosedChannelException _ -> "the file is closed";
            case FileSystemException e when e.getReason() != null -> e.getReason();
            default -> cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        };
    }
}
