package io.kurier.broker.replica;

import io.kurier.log.LogConfig;
import io.kurier.log.LogDirectory;
import io.kurier.log.PartitionFolder;
import io.kurier.log.PartitionLog;
import io.kurier.log.ReplicaMove;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which data directory each partition lies in, and where a new one goes: to the directory that was asked for
/// beforehand, else to the one that its metadata names, else to the online one with the fewest partitions.
public final class DataFolders {
    private static final Logger LOG = LoggerFactory.getLogger(DataFolders.class);

    private static final int MAX_PREFERRED = 10_000;
    private static final int RESERVED_IDS = 100;

    private final List<LogDirectory> directories;
    private final ConcurrentHashMap<TopicPartition, LogDirectory> places = new ConcurrentHashMap<>();
    private final Map<LogDirectory, AtomicInteger> counts = new HashMap<>();
    /// Where partitions are to go that do not exist yet (KIP-113).
    private final ConcurrentHashMap<TopicPartition, LogDirectory> preferred = new ConcurrentHashMap<>();

    /// Reads the names of the folders; opens nothing. Finishes moves between directories that a crash ended.
    ///
    /// @throws io.kurier.log.LogException if a partition lies in two directories and nothing tells which one is right
    public DataFolders(List<LogDirectory> directories, List<String> notPartitionsOfTopics) {
        this.directories = List.copyOf(directories);
        if (directories.size() > 1) {
            ReplicaMove.settle(directories);
        }
        directories.forEach(directory -> counts.put(directory, new AtomicInteger()));
        for (LogDirectory directory : directories) {
            for (PartitionFolder folder : directory.folders()) {
                if (!notPartitionsOfTopics.contains(folder.partition().topic())) {
                    put(folder.partition(), directory);
                }
            }
        }
    }

    private void put(TopicPartition name, LogDirectory directory) {
        LogDirectory before = places.put(name, directory);
        if (before != null) {
            count(before).decrementAndGet();
        }
        count(directory).incrementAndGet();
    }

    private @Nullable LogDirectory remove(TopicPartition name) {
        LogDirectory before = places.remove(name);
        if (before != null) {
            count(before).decrementAndGet();
        }
        return before;
    }

    private AtomicInteger count(LogDirectory directory) {
        return Objects.requireNonNull(counts.get(directory));
    }

    /// All data directories for partitions, those that are offline as well.
    public List<LogDirectory> directories() {
        return directories;
    }

    /// The data directory at a path as clients see it in DescribeLogDirs; empty if there is none.
    public Optional<LogDirectory> directory(String path) {
        return directories.stream()
                .filter(directory -> path.equals(shownPath(directory))
                        || path.equals(directory.path().toString()))
                .findFirst();
    }

    /// A directory's path as clients see it: absolute.
    public static String shownPath(LogDirectory directory) {
        return directory.path().toAbsolutePath().toString();
    }

    /// The partitions that lie in a directory, or are going to when they are first used.
    public List<TopicPartition> in(LogDirectory directory) {
        return places.entrySet().stream()
                .filter(place -> place.getValue() == directory)
                .map(Map.Entry::getKey)
                .toList();
    }

    /// Remembers where a partition is to go that does not exist yet; until this node stops.
    void prefer(TopicPartition name, LogDirectory directory) {
        if (preferred.size() < MAX_PREFERRED) {
            preferred.put(name, directory);
        }
    }

    /// A partition has moved.
    void moved(TopicPartition name, LogDirectory directory) {
        put(name, directory);
    }

    /// Where a partition lies, or is going to.
    ///
    /// @param assigned the directory that the cluster's metadata names for it
    /// @throws PartitionException KAFKA_STORAGE_ERROR if there is no place for it
    LogDirectory place(TopicPartition name, Uuid assigned) {
        LogDirectory known = places.get(name);
        return known != null
                ? known
                : places.computeIfAbsent(name, n -> {
                    LogDirectory chosen = choose(n, assigned);
                    count(chosen).incrementAndGet();
                    return chosen;
                });
    }

    /// Every partition that has a folder.
    List<TopicPartition> found() {
        return places.entrySet().stream()
                .filter(place -> place.getValue().has(place.getKey()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /// Opens a partition's log where it lies, or makes it.
    ///
    /// @param assigned the directory that the cluster's metadata names for it, if it is one of these
    /// @throws PartitionException KAFKA_STORAGE_ERROR if its directory is offline or the folder cannot be made
    PartitionLog open(TopicPartition name, Uuid topicId, Uuid assigned, LogConfig config) {
        LogDirectory directory = place(name, assigned);
        if (!directory.isOnline()) {
            throw new PartitionException(
                    Errors.KAFKA_STORAGE_ERROR, "The directory " + directory.path() + " of " + name + " is offline");
        }
        try {
            return directory.open(name, topicId, config);
        } catch (IOException e) {
            throw new PartitionException(
                    Errors.KAFKA_STORAGE_ERROR, "The folder of " + name + " cannot be opened: " + e.getMessage());
        }
    }

    private LogDirectory choose(TopicPartition name, Uuid assigned) {
        LogDirectory wanted = preferred.remove(name);
        if (wanted != null && wanted.isOnline()) {
            return wanted;
        }
        if (directories.stream()
                .flatMap(directory -> directory.futures().stream())
                .anyMatch(future -> future.partition().equals(name))) {
            throw new PartitionException(
                    Errors.KAFKA_STORAGE_ERROR,
                    "Only an unfinished copy of " + name + " is here: start the node with the data directory that it "
                            + "was to move from");
        }
        for (LogDirectory directory : directories) {
            if (directory.directoryId().equals(assigned)) {
                return directory;
            }
        }
        if (!isReserved(assigned)) {
            throw new PartitionException(
                    Errors.KAFKA_STORAGE_ERROR,
                    name + " lies in the data directory with the id " + assigned
                            + ", which is not here: start the node with that directory in log.dirs");
        }
        return directories.stream()
                .filter(LogDirectory::isOnline)
                .min(Comparator.comparingInt(directory -> count(directory).get()))
                .orElseThrow(() -> new PartitionException(
                        Errors.KAFKA_STORAGE_ERROR,
                        "No data directory is online: restart the node after mending its disks"));
    }

    /// Ids that say that no directory is known, such as unassigned and lost (KIP-858).
    private static boolean isReserved(Uuid directoryId) {
        return directoryId.getMostSignificantBits() == 0
                && directoryId.getLeastSignificantBits() >= 0
                && directoryId.getLeastSignificantBits() < RESERVED_IDS;
    }

    /// Deletes a partition's log.
    void delete(PartitionLog log) {
        remove(log.partition());
        log.directory().delete(log);
    }

    /// Deletes the folder of a partition whose topic is gone, or which this node has no replica of any more.
    void deleteUnopened(TopicPartition name, Uuid topicId) {
        LogDirectory directory = remove(name);
        if (directory != null && directory.isOnline() && directory.has(name)) {
            try {
                directory.delete(directory.open(name, topicId, LogConfig.defaults()));
            } catch (IOException e) {
                LOG.warn("The folder of the deleted partition {} stays: {}", name, e.getMessage());
            }
        }
    }

    /// Sets the folder of a partition aside of which the cluster knows no replica here. Nothing in it is lost.
    void setAside(TopicPartition name) {
        LogDirectory directory = remove(name);
        if (directory == null) {
            return;
        }
        for (PartitionFolder folder : directory.folders()) {
            if (folder.partition().equals(name)) {
                try {
                    directory.setAside(folder);
                    LOG.warn("{} is no replica that the cluster knows here: its folder is set aside as stray", name);
                } catch (IOException e) {
                    LOG.warn(
                            "{} is no replica that the cluster knows here, and cannot be set aside: {}",
                            name,
                            e.getMessage());
                }
            }
        }
    }
}
