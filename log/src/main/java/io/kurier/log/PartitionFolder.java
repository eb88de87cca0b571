package io.kurier.log;

import java.nio.file.Path;
import org.apache.kafka.common.TopicPartition;

/// A partition's folder in a data directory, as its name tells.
///
/// @param path the folder
public record PartitionFolder(TopicPartition partition, Path path) {}
