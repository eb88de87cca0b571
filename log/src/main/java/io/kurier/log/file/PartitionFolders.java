package io.kurier.log.file;

import io.kurier.kernel.Disk;
import io.kurier.log.LogException;
import io.kurier.log.PartitionFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The partitions' folders of one data directory, remembered by name, so that opening a log looks at no disk. Safe for
/// use by several threads.
public final class PartitionFolders {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionFolders.class);

    private final Disk disk;
    private final Path directory;
    private final Checkpoints checkpoints;
    private final Set<String> names = new HashSet<>();
    /// Copies that are not whole yet.
    private final Map<TopicPartition, Path> futures = new ConcurrentHashMap<>();
    private final List<Path> toDelete = new ArrayList<>();

    /// Lists the directory.
    public PartitionFolders(Disk disk, Path directory, Checkpoints checkpoints) throws IOException {
        this.disk = disk;
        this.directory = directory;
        this.checkpoints = checkpoints;
        for (Path entry : disk.list(directory)) {
            String name = entry.getFileName().toString();
            if (name.endsWith(FolderNames.DELETE)) {
                toDelete.add(entry);
            } else if (FolderNames.parse(name).isPresent()) {
                names.add(name);
            } else {
                FolderNames.parseFuture(name).ifPresent(partition -> futures.put(partition, entry));
            }
        }
    }

    /// Makes the data directory itself, durably; also where an earlier run made it and was killed before its name was
    /// durable.
    public static void makeDirectory(Disk disk, Path path) throws IOException {
        List<Path> above = new ArrayList<>();
        for (Path at = path.toAbsolutePath().getParent(); at != null; at = at.getParent()) {
            above.add(at);
            if (disk.isDirectory(at)) {
                break;
            }
        }
        disk.createDirectories(path);
        for (Path folder : above) {
            try {
                disk.syncDirectory(folder);
            } catch (IOException e) {
                LOG.warn("It is not sure that {} survives a power loss: {}", path, e.getMessage());
            }
        }
    }

    /// Folders of deleted partitions that an earlier run left.
    public List<Path> toDelete() {
        return toDelete;
    }

    /// All of them, by name alone.
    public synchronized List<PartitionFolder> all() {
        List<PartitionFolder> folders = new ArrayList<>();
        for (String name : names) {
            FolderNames.parse(name)
                    .ifPresent(partition -> folders.add(new PartitionFolder(partition, directory.resolve(name))));
        }
        return folders;
    }

    /// The folders of copies that are not whole yet.
    public List<PartitionFolder> futures() {
        return futures.entrySet().stream()
                .map(future -> new PartitionFolder(future.getKey(), future.getValue()))
                .toList();
    }

    /// True if the partition has a folder for a copy that is not whole yet.
    public boolean hasFuture(TopicPartition partition) {
        return futures.containsKey(partition);
    }

    /// True if the partition has a folder.
    public synchronized boolean has(TopicPartition partition) {
        return names.contains(FolderNames.of(partition));
    }

    /// Where a partition's folder is or would be; that of its copy while there is one.
    public Path path(TopicPartition partition) {
        Path future = futures.get(partition);
        return future != null ? future : plainPath(partition);
    }

    private Path plainPath(TopicPartition partition) {
        return directory.resolve(FolderNames.of(partition));
    }

    /// Bytes of the segments in a partition's folder.
    public long sizeBytes(TopicPartition partition) throws IOException {
        long bytes = 0;
        for (Path file : disk.list(path(partition))) {
            if (SegmentNames.offset(file, SegmentNames.LOG).isPresent()) {
                bytes += disk.size(file);
            }
        }
        return bytes;
    }

    /// Makes a folder; recovery makes its name durable.
    public synchronized void make(TopicPartition partition, Uuid topicId) throws IOException {
        make(partition, plainPath(partition), topicId);
        names.add(FolderNames.of(partition));
    }

    /// Makes a folder for a copy that is not whole yet.
    public synchronized void makeFuture(TopicPartition partition, Uuid topicId, RandomGenerator random)
            throws IOException {
        Path folder = directory.resolve(FolderNames.renamed(partition, FolderNames.FUTURE, random));
        if (FolderNames.parseFuture(folder.getFileName().toString())
                .filter(partition::equals)
                .isEmpty()) {
            throw new LogException(
                    Errors.INVALID_TOPIC_EXCEPTION,
                    "The name of " + partition + " is too long for the folder of a copy");
        }
        make(partition, folder, topicId);
        futures.put(partition, folder);
    }

    private void make(TopicPartition partition, Path folder, Uuid topicId) throws IOException {
        checkpoints.forgetDurably(partition);
        disk.createDirectories(folder);
        PartitionMetadataFile.write(disk, folder, topicId);
    }

    /// How a folder is renamed, durably.
    public interface Rename {
        /// From the first path to the second.
        void rename(Path from, Path to) throws IOException;
    }

    /// The copy of a partition is whole: its folder gets the partition's own name.
    public synchronized void promote(TopicPartition partition, Rename rename) throws IOException {
        Path future = futures.get(partition);
        if (future != null) {
            rename.rename(future, plainPath(partition));
            names.add(FolderNames.of(partition));
            futures.remove(partition);
        }
    }

    /// Gives a folder a name with a suffix, durably: it is not the partition's any more. Returns the new path.
    public synchronized Path rename(PartitionFolder folder, String suffix, RandomGenerator random) throws IOException {
        Path renamed = directory.resolve(FolderNames.renamed(folder.partition(), suffix, random));
        disk.rename(folder.path(), renamed);
        disk.syncDirectory(directory);
        checkpoints.forget(folder.partition());
        if (!futures.remove(folder.partition(), folder.path())) {
            names.remove(FolderNames.of(folder.partition()));
        }
        return renamed;
    }
}
