package io.kurier.coordinator.group.streams.topology;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData;
import org.apache.kafka.coordinator.group.generated.StreamsGroupTopologyValue;
import org.apache.kafka.coordinator.group.generated.StreamsGroupTopologyValue.CopartitionGroup;
import org.apache.kafka.coordinator.group.generated.StreamsGroupTopologyValue.Subtopology;
import org.apache.kafka.coordinator.group.generated.StreamsGroupTopologyValue.TopicConfig;
import org.apache.kafka.coordinator.group.generated.StreamsGroupTopologyValue.TopicInfo;
import org.jspecify.annotations.Nullable;

/// Takes topologies over from what members send. They are kept as they are stored (`StreamsGroupTopologyValue`), in
/// the order of their sub-topologies' ids, and never changed.
public final class Topologies {
    private static final int MOST_SUBTOPOLOGIES = 1_000;
    /// Of one sub-topology: sources, changelogs and repartition topics together.
    private static final int MOST_TOPICS = 10_000;
    private static final int MOST_NAME_CHARS = 249;
    private static final int MOST_PATTERN_CHARS = 10_000;
    /// Of a repartition topic.
    private static final int MOST_PARTITIONS = 100_000;

    private Topologies() {}

    /// A topology as it is stored.
    public static StreamsGroupTopologyValue of(StreamsGroupHeartbeatRequestData.Topology said) {
        return new StreamsGroupTopologyValue()
                .setEpoch(said.epoch())
                .setSubtopologies(said.subtopologies().stream()
                        .sorted(Comparator.comparing(StreamsGroupHeartbeatRequestData.Subtopology::subtopologyId))
                        .map(Topologies::subtopology)
                        .toList());
    }

    private static Subtopology subtopology(StreamsGroupHeartbeatRequestData.Subtopology said) {
        return new Subtopology()
                .setSubtopologyId(said.subtopologyId())
                .setSourceTopics(List.copyOf(said.sourceTopics()))
                .setSourceTopicRegex(List.copyOf(said.sourceTopicRegex()))
                .setStateChangelogTopics(topics(said.stateChangelogTopics()))
                .setRepartitionSinkTopics(List.copyOf(said.repartitionSinkTopics()))
                .setRepartitionSourceTopics(topics(said.repartitionSourceTopics()))
                .setCopartitionGroups(said.copartitionGroups().stream()
                        .map(group -> new CopartitionGroup()
                                .setSourceTopics(List.copyOf(group.sourceTopics()))
                                .setSourceTopicRegex(List.copyOf(group.sourceTopicRegex()))
                                .setRepartitionSourceTopics(List.copyOf(group.repartitionSourceTopics())))
                        .toList());
    }

    private static List<TopicInfo> topics(List<StreamsGroupHeartbeatRequestData.TopicInfo> said) {
        return said.stream()
                .map(topic -> new TopicInfo()
                        .setName(topic.name())
                        .setPartitions(topic.partitions())
                        .setReplicationFactor(topic.replicationFactor())
                        .setTopicConfigs(topic.topicConfigs().stream()
                                .map(config ->
                                        new TopicConfig().setKey(config.key()).setValue(config.value()))
                                .toList()))
                .toList();
    }

    /// What is wrong with a topology by itself; null if nothing is.
    public static @Nullable String complaint(StreamsGroupHeartbeatRequestData.Topology topology) {
        if (topology.epoch() < 0) {
            return "The epoch of a topology is at least 0.";
        }
        if (topology.subtopologies().isEmpty()) {
            return "A topology has at least one sub-topology.";
        }
        if (topology.subtopologies().size() > MOST_SUBTOPOLOGIES) {
            return "A topology has at most " + MOST_SUBTOPOLOGIES + " sub-topologies.";
        }
        Set<String> ids = new HashSet<>();
        for (StreamsGroupHeartbeatRequestData.Subtopology part : topology.subtopologies()) {
            if (part.subtopologyId().isEmpty() || !ids.add(part.subtopologyId())) {
                return "Each sub-topology has an id of its own; \"" + part.subtopologyId() + "\" is empty or there"
                        + " twice.";
            }
            String complaint = complaint(part);
            if (complaint != null) {
                return "Sub-topology " + part.subtopologyId() + ": " + complaint;
            }
        }
        return null;
    }

    private static @Nullable String complaint(StreamsGroupHeartbeatRequestData.Subtopology part) {
        if (part.sourceTopics().isEmpty()
                && part.sourceTopicRegex().isEmpty()
                && part.repartitionSourceTopics().isEmpty()) {
            return "it reads no topic.";
        }
        long topics = (long) part.sourceTopics().size()
                + part.sourceTopicRegex().size()
                + part.stateChangelogTopics().size()
                + part.repartitionSinkTopics().size()
                + part.repartitionSourceTopics().size();
        if (topics > MOST_TOPICS) {
            return "it has more than " + MOST_TOPICS + " topics.";
        }
        for (String name : Stream.of(
                        part.sourceTopics().stream(),
                        part.repartitionSinkTopics().stream(),
                        part.stateChangelogTopics().stream().map(StreamsGroupHeartbeatRequestData.TopicInfo::name),
                        part.repartitionSourceTopics().stream().map(StreamsGroupHeartbeatRequestData.TopicInfo::name))
                .flatMap(names -> names)
                .toList()) {
            if (name.isEmpty() || name.length() > MOST_NAME_CHARS) {
                return "the name of a topic has 1 to " + MOST_NAME_CHARS + " characters, not \"" + name + "\".";
            }
        }
        for (StreamsGroupHeartbeatRequestData.TopicInfo topic : part.repartitionSourceTopics()) {
            if (topic.partitions() < 0 || topic.partitions() > MOST_PARTITIONS) {
                return "repartition topic " + topic.name() + " wants " + topic.partitions() + " partitions; 0 to "
                        + MOST_PARTITIONS + " can be wanted.";
            }
        }
        for (StreamsGroupHeartbeatRequestData.TopicInfo topic : part.stateChangelogTopics()) {
            if (topic.partitions() != 0) {
                return "changelog " + topic.name() + " names its partitions, which follow from the sources.";
            }
        }
        for (String pattern : part.sourceTopicRegex()) {
            String complaint = complaintOfPattern(pattern);
            if (complaint != null) {
                return complaint;
            }
        }
        return complaintOfCopartitioning(part);
    }

    private static @Nullable String complaintOfPattern(String pattern) {
        if (pattern.length() > MOST_PATTERN_CHARS) {
            return "a regular expression has more than " + MOST_PATTERN_CHARS + " characters.";
        }
        try {
            Pattern.compile(pattern);
            return null;
        } catch (PatternSyntaxException e) {
            return "\"" + pattern + "\" is no regular expression in RE2's syntax: " + e.getDescription() + ".";
        }
    }

    private static @Nullable String complaintOfCopartitioning(StreamsGroupHeartbeatRequestData.Subtopology part) {
        for (StreamsGroupHeartbeatRequestData.CopartitionGroup group : part.copartitionGroups()) {
            if (outside(group.sourceTopics(), part.sourceTopics().size())
                    || outside(group.sourceTopicRegex(), part.sourceTopicRegex().size())
                    || outside(
                            group.repartitionSourceTopics(),
                            part.repartitionSourceTopics().size())) {
                return "a copartition group names a topic that the sub-topology does not have.";
            }
        }
        return null;
    }

    private static boolean outside(List<Short> indexes, int size) {
        return indexes.stream().anyMatch(index -> index < 0 || index >= size);
    }
}
