package io.kurier.coordinator.group.streams.topology;

import java.util.SortedMap;

/// A topic that an application needs and that nobody but it uses: a changelog, or a repartition topic.
///
/// @param partitions how many it must have
/// @param replicationFactor how many replicas it is made with; -1 for the broker's default
/// @param configs its settings, as the application wants them
public record InternalTopic(String name, int partitions, short replicationFactor, SortedMap<String, String> configs) {}
