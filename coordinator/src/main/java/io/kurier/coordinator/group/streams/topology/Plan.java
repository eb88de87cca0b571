package io.kurier.coordinator.group.streams.topology;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// A topology on the topics that there are: which tasks it has. Unchangeable.
///
/// @param parts by the sub-topologies' ids
/// @param missing internal topics that are to be made
/// @param problem why no task can run; empty if they can. While internal topics are missing that is no problem yet
public record Plan(SortedMap<String, Part> parts, List<InternalTopic> missing, Optional<Problem> problem) {
    /// One sub-topology.
    ///
    /// @param sources by name the partitions that each of its source topics has, repartition topics included
    /// @param tasks how many
    /// @param repartitionSources those of its sources that are internal
    /// @param changelogs where its state is kept; without any it has none
    public record Part(
            SortedMap<String, Integer> sources,
            int tasks,
            List<InternalTopic> repartitionSources,
            List<InternalTopic> changelogs) {
        /// True if its tasks have state.
        public boolean isStateful() {
            return !changelogs.isEmpty();
        }

        /// The source topics that have a partition of this number.
        public List<String> sourcesOf(int partition) {
            return sources.entrySet().stream()
                    .filter(source -> partition < source.getValue())
                    .map(Map.Entry::getKey)
                    .toList();
        }
    }

    public Plan {
        parts = Collections.unmodifiableSortedMap(parts);
        missing = List.copyOf(missing);
    }

    static Plan impossible(Problem.Kind kind, String detail) {
        return new Plan(new TreeMap<>(), List.of(), Optional.of(new Problem(kind, detail)));
    }

    /// True if tasks can run now.
    public boolean isReady() {
        return problem.isEmpty() && missing.isEmpty();
    }

    /// The sub-topology that reads a topic.
    public Optional<String> readerOf(String topic) {
        return parts.entrySet().stream()
                .filter(part -> part.getValue().sources().containsKey(topic))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /// True if a sub-topology reads a topic.
    public boolean reads(String topic) {
        return readerOf(topic).isPresent();
    }

    /// Names in order, as one text.
    static String names(NavigableSet<String> names) {
        return String.join(", ", names);
    }
}
