package io.kurier.log.partition;

import java.nio.file.Path;
import org.apache.kafka.common.TopicPartition;

/// Which log, and where it lies.
///
/// @param isNew true if the folder was made in this run: there is nothing in it
public record LogIdentity(TopicPartition partition, Path folder, boolean isNew) {}
