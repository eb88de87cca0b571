package io.kurier.coordinator.group.streams.topology;

import com.google.re2j.Pattern;
import io.kurier.coordinator.TopicMetadata;
import io.kurier.coordinator.group.streams.topology.Problem.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.coordinator.group.generated.StreamsGroupTopologyValue;
import org.apache.kafka.coordinator.group.generated.StreamsGroupTopologyValue.CopartitionGroup;
import org.apache.kafka.coordinator.group.generated.StreamsGroupTopologyValue.Subtopology;
import org.apache.kafka.coordinator.group.generated.StreamsGroupTopologyValue.TopicConfig;
import org.apache.kafka.coordinator.group.generated.StreamsGroupTopologyValue.TopicInfo;

/// Makes the plan of a topology: finds its source topics, says how many partitions its internal topics must have, and
/// what is missing. Pure: the same topology on the same topics has the same plan (KIP-1071).
///
/// Partitions follow in this order: topics that are there have theirs; a repartition topic has what the application
/// asks for, else as many as the largest source of those who write it; topics that are joined have the same number; a
/// changelog has one for each task, and there is a task for each partition of the largest source.
public final class Planner {
    private final StreamsGroupTopologyValue topology;
    private final TopicMetadata topics;
    /// Source topics of each sub-topology that are not internal.
    private final SortedMap<String, NavigableSet<String>> outer = new TreeMap<>();
    /// Partitions by topic: outer sources, and repartition topics as far as known.
    private final Map<String, Integer> counts = new HashMap<>();

    private Planner(StreamsGroupTopologyValue topology, TopicMetadata topics) {
        this.topology = topology;
        this.topics = topics;
    }

    /// The plan as the topics are now.
    public static Plan plan(StreamsGroupTopologyValue topology, TopicMetadata topics) {
        return new Planner(topology, topics).plan();
    }

    /// True if a plan has to look through the names of all topics.
    public static boolean hasPatterns(StreamsGroupTopologyValue topology) {
        return topology.subtopologies().stream()
                .anyMatch(part -> !part.sourceTopicRegex().isEmpty());
    }

    private Plan plan() {
        Optional<Plan> impossible = findSources().or(this::deriveRepartitionTopics);
        if (impossible.isPresent()) {
            return impossible.get();
        }
        List<String> complaints = new ArrayList<>();
        topology.subtopologies()
                .forEach(part -> part.copartitionGroups().forEach(group -> level(part, group, complaints)));
        SortedMap<String, Plan.Part> parts = new TreeMap<>();
        Map<String, InternalTopic> missing = new TreeMap<>();
        for (Subtopology part : topology.subtopologies()) {
            Plan.Part planned = part(part);
            parts.put(part.subtopologyId(), planned);
            planned.repartitionSources().forEach(topic -> check(topic, missing, complaints));
            planned.changelogs().forEach(topic -> check(topic, missing, complaints));
        }
        if (!complaints.isEmpty()) {
            return Plan.impossible(Kind.INCORRECTLY_PARTITIONED_TOPICS, String.join(" ", complaints));
        }
        return new Plan(parts, List.copyOf(missing.values()), Optional.empty());
    }

    // ---- sources

    private Optional<Plan> findSources() {
        NavigableSet<String> missing = new TreeSet<>();
        Set<String> internal = internalNames();
        for (Subtopology part : topology.subtopologies()) {
            NavigableSet<String> found = new TreeSet<>();
            for (String name : part.sourceTopics()) {
                (partitionsOf(name) > 0 ? found : missing).add(name);
            }
            for (String pattern : part.sourceTopicRegex()) {
                NavigableSet<String> matching = matching(pattern, internal);
                if (matching.isEmpty()) {
                    missing.add("any topic that matches " + pattern);
                }
                found.addAll(matching);
            }
            found.forEach(name -> counts.put(name, partitionsOf(name)));
            outer.put(part.subtopologyId(), found);
        }
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of(Plan.impossible(
                        Kind.MISSING_SOURCE_TOPICS,
                        "Source topics do not exist: " + Plan.names(missing) + ". Create them."));
    }

    private int partitionsOf(String name) {
        Optional<Uuid> topicId = topics.idOf(name);
        return topicId.map(topics::partitionsOf).orElse(0);
    }

    private Set<String> internalNames() {
        return topology.subtopologies().stream()
                .flatMap(part -> Stream.of(part.repartitionSourceTopics(), part.stateChangelogTopics()))
                .flatMap(Collection::stream)
                .map(TopicInfo::name)
                .collect(Collectors.toSet());
    }

    /// A pattern never means what the application writes itself.
    private NavigableSet<String> matching(String pattern, Set<String> internal) {
        Pattern compiled = Pattern.compile(pattern);
        return topics.names().stream()
                .filter(name -> !internal.contains(name) && compiled.matches(name) && partitionsOf(name) > 0)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    // ---- repartition topics

    private Optional<Plan> deriveRepartitionTopics() {
        NavigableSet<String> open = new TreeSet<>();
        for (Subtopology part : topology.subtopologies()) {
            for (TopicInfo topic : part.repartitionSourceTopics()) {
                if (topic.partitions() > 0) {
                    counts.put(topic.name(), topic.partitions());
                } else {
                    open.add(topic.name());
                }
            }
        }
        boolean guess = false;
        while (!open.isEmpty()) {
            Map<String, Integer> found = new HashMap<>();
            for (String name : open) {
                int count = derived(name, guess);
                if (count > 0) {
                    found.put(name, count);
                }
            }
            if (found.isEmpty() && guess) {
                return Optional.of(Plan.impossible(
                        Kind.INCORRECTLY_PARTITIONED_TOPICS,
                        "Nothing says how many partitions these repartition topics have: " + Plan.names(open) + "."));
            }
            guess = found.isEmpty(); // it writes what it reads: the sources that are known decide
            counts.putAll(found);
            open.removeAll(found.keySet());
        }
        return Optional.empty();
    }

    /// As many as the largest source of those who write it; 0 if that cannot be said yet.
    private int derived(String name, boolean guess) {
        int most = 0;
        for (Subtopology writer : topology.subtopologies()) {
            if (writer.repartitionSinkTopics().contains(name)) {
                for (String source : sourcesOf(writer)) {
                    Integer count = counts.get(source);
                    if (count == null && !guess) {
                        return 0;
                    }
                    most = Math.max(most, count == null ? 0 : count);
                }
            }
        }
        return most;
    }

    private NavigableSet<String> sourcesOf(Subtopology part) {
        NavigableSet<String> sources = new TreeSet<>(outer.getOrDefault(part.subtopologyId(), new TreeSet<>()));
        part.repartitionSourceTopics().forEach(topic -> sources.add(topic.name()));
        return sources;
    }

    // ---- topics that are joined

    /// Gives all of a copartition group the same number of partitions, or says why that cannot be.
    private void level(Subtopology part, CopartitionGroup group, List<String> complaints) {
        SortedMap<String, Integer> given = new TreeMap<>();
        NavigableSet<String> open = new TreeSet<>();
        group.sourceTopics().forEach(index -> put(given, part.sourceTopics().get(index)));
        group.sourceTopicRegex()
                .forEach(index -> matching(part.sourceTopicRegex().get(index), internalNames())
                        .forEach(name -> put(given, name)));
        for (short index : group.repartitionSourceTopics()) {
            TopicInfo topic = part.repartitionSourceTopics().get(index);
            if (topic.partitions() > 0) {
                given.put(topic.name(), topic.partitions());
            } else {
                open.add(topic.name());
            }
        }
        Set<Integer> numbers = Set.copyOf(given.values());
        if (numbers.size() > 1) {
            complaints.add("Topics that are joined must have the same number of partitions: "
                    + given.entrySet().stream()
                            .map(topic -> topic.getKey() + " has " + topic.getValue())
                            .collect(Collectors.joining(", "))
                    + ".");
            return;
        }
        int all = numbers.isEmpty()
                ? open.stream()
                        .mapToInt(name -> counts.getOrDefault(name, 0))
                        .max()
                        .orElse(0)
                : numbers.iterator().next();
        open.forEach(name -> counts.put(name, all));
    }

    private void put(SortedMap<String, Integer> into, String name) {
        into.put(name, counts.getOrDefault(name, 0));
    }

    // ---- what comes of it

    private Plan.Part part(Subtopology part) {
        SortedMap<String, Integer> sources = new TreeMap<>();
        sourcesOf(part).forEach(name -> put(sources, name));
        int tasks = sources.values().stream().mapToInt(count -> count).max().orElse(0);
        return new Plan.Part(
                sources,
                tasks,
                part.repartitionSourceTopics().stream()
                        .map(topic -> internal(topic, counts.getOrDefault(topic.name(), 0)))
                        .toList(),
                part.stateChangelogTopics().stream()
                        .map(topic -> internal(topic, tasks))
                        .toList());
    }

    private static InternalTopic internal(TopicInfo topic, int partitions) {
        SortedMap<String, String> configs = new TreeMap<>();
        for (TopicConfig config : topic.topicConfigs()) {
            configs.put(config.key(), config.value());
        }
        short replicas = topic.replicationFactor() > 0 ? topic.replicationFactor() : -1;
        return new InternalTopic(topic.name(), partitions, replicas, configs);
    }

    private void check(InternalTopic topic, Map<String, InternalTopic> missing, List<String> complaints) {
        int count = partitionsOf(topic.name());
        if (count == 0) {
            missing.put(topic.name(), topic);
        } else if (count != topic.partitions()) {
            complaints.add("Internal topic " + topic.name() + " has " + count + " partitions and needs "
                    + topic.partitions() + ": reset the application, or change its source topics.");
        }
    }
}
