package io.kurier.broker.replica;

import io.kurier.log.LogConfig;
import io.kurier.log.LogDirectory;
import io.kurier.log.PartitionFolder;
import io.kurier.log.PartitionLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which data directory each partition lies in, and where a new one goes: to the directory that its metadata names,
/// else to the online one with the fewest partitions.
public final class DataFolders {
    private static final Logger LOG = LoggerFactory.getLogger(DataFolders.class);

    private final List<LogDirectory> directories;
    private final ConcurrentHashMap<TopicPartition, LogDirectory> places = new ConcurrentHashMap<>();

    /// Reads the names of the folders; opens nothing.
    public DataFolders(List<LogDirectory> directories, List<String> notPartitionsOfTopics) {
        this.directories = directories;
        for (LogDirectory directory : directories) {
            for (PartitionFolder folder : directory.folders()) {
                if (!notPartitionsOfTopics.contains(folder.partition().topic())) {
                    places.put(folder.partition(), directory);
                }
            }
        }
    }

    /// Every partition that has a folder.
    List<TopicPartition> found() {
        return new ArrayList<>(places.keySet());
    }

    /// Opens a partition's log where it lies, or makes it.
    ///
    /// @param assigned the directory that the cluster's metadata names for it, if it is one of these
    /// @throws PartitionException KAFKA_STORAGE_ERROR if its directory is offline or the folder cannot be made
    PartitionLog open(TopicPartition name, Uuid topicId, Uuid assigned, LogConfig config) {
        LogDirectory directory = places.computeIfAbsent(name, n -> choose(assigned));
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

    private LogDirectory choose(Uuid assigned) {
        List<LogDirectory> online =
                directories.stream().filter(LogDirectory::isOnline).toList();
        return online.stream()
                .filter(directory -> directory.directoryId().equals(assigned))
                .findFirst()
                .or(() -> online.stream().min(Comparator.comparingLong(this::count)))
                .orElseThrow(() -> new PartitionException(
                        Errors.KAFKA_STORAGE_ERROR,
                        "No data directory is online: restart the node after mending its disks"));
    }

    private long count(LogDirectory directory) {
        return places.values().stream().filter(d -> d == directory).count();
    }

    /// Deletes a partition's log.
    void delete(PartitionLog log) {
        places.remove(log.partition());
        log.directory().delete(log);
    }

    /// Deletes the folder of a partition that was never opened and whose topic is gone.
    void deleteUnopened(TopicPartition name, Uuid topicId) {
        LogDirectory directory = places.remove(name);
        if (directory != null && directory.isOnline()) {
            try {
                directory.delete(directory.open(name, topicId, LogConfig.defaults()));
            } catch (IOException e) {
                LOG.warn("The folder of the deleted partition {} stays: {}", name, e.getMessage());
            }
        }
    }

    /// Sets the folder of a partition aside that belongs to no topic of this cluster. Nothing in it is lost.
    void setAside(TopicPartition name) {
        LogDirectory directory = places.remove(name);
        if (directory == null) {
            return;
        }
        for (PartitionFolder folder : directory.folders()) {
            if (folder.partition().equals(name)) {
                try {
                    directory.setAside(folder);
                    LOG.warn("{} belongs to no topic of this cluster: its folder is set aside as stray", name);
                } catch (IOException e) {
                    LOG.warn(
                            "{} belongs to no topic of this cluster and cannot be set aside: {}", name, e.getMessage());
                }
            }
        }
    }
}
