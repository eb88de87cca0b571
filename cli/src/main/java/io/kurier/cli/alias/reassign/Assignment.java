package io.kurier.cli.alias.reassign;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kurier.cli.shell.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;

/// Which nodes have the replicas of some partitions, as Kafka's JSON files say it.
///
/// @param replicas of each partition, the preferred leader first
record Assignment(NavigableMap<TopicPartition, List<Integer>> replicas) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ANY = "any";

    /// Of no partitions.
    static Assignment empty() {
        return new Assignment(
                new TreeMap<>(Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition)));
    }

    /// The names of its topics.
    Set<String> topics() {
        Set<String> topics = new TreeSet<>();
        replicas.keySet().forEach(partition -> topics.add(partition.topic()));
        return topics;
    }

    /// `{"version":1,"partitions":[{"topic":"T","partition":0,"replicas":[1,2]}]}`
    ///
    /// @throws Failure if the file cannot be read, or is not such
    static Assignment read(Path file) {
        JsonNode json = tree(file);
        if (!json.path("partitions").isArray()) {
            throw new Failure(file + " must hold {\"version\": 1, \"partitions\": [...]}");
        }
        Assignment wanted = empty();
        for (JsonNode one : json.get("partitions")) {
            if (!one.path("topic").isTextual()
                    || !one.path("partition").isInt()
                    || !one.path("replicas").isArray()) {
                throw new Failure(file + ": every partition needs topic, partition and replicas, and one is " + one);
            }
            TopicPartition partition = new TopicPartition(
                    one.get("topic").asText(), one.get("partition").asInt());
            for (JsonNode directory : one.path("log_dirs")) {
                if (!directory.asText().equals(ANY)) {
                    throw new Failure(file + " names the data directory " + directory.asText() + " for " + partition
                            + ": only \"any\" is possible here. Move the replica to the node first, and then within it"
                            + " by AlterReplicaLogDirs");
                }
            }
            if (wanted.replicas.put(partition, nodes(file, partition, one.get("replicas"))) != null) {
                throw new Failure(file + " names " + partition + " twice");
            }
        }
        if (wanted.replicas.isEmpty()) {
            throw new Failure(file + " names no partition");
        }
        return wanted;
    }

    private static List<Integer> nodes(Path file, TopicPartition partition, JsonNode replicas) {
        List<Integer> nodes = new ArrayList<>();
        for (JsonNode node : replicas) {
            if (!node.isInt()) {
                throw new Failure(
                        file + ": the replicas of " + partition + " must be numbers of nodes, and one is " + node);
            }
            nodes.add(node.asInt());
        }
        if (nodes.isEmpty() || new HashSet<>(nodes).size() < nodes.size()) {
            throw new Failure(file + ": the replicas of " + partition + " must be one node or more, each once");
        }
        return nodes;
    }

    /// `{"version":1,"topics":[{"topic":"T"}]}`
    ///
    /// @throws Failure if the file cannot be read, or is not such
    static Set<String> readTopics(Path file) {
        Set<String> topics = new TreeSet<>();
        for (JsonNode one : tree(file).path("topics")) {
            topics.add(one.path("topic").asText());
        }
        if (topics.isEmpty() || topics.contains("")) {
            throw new Failure(file + " must hold {\"version\": 1, \"topics\": [{\"topic\": \"T\"}, ...]}");
        }
        return topics;
    }

    private static JsonNode tree(Path file) {
        try {
            JsonNode json = JSON.readTree(Files.readString(file));
            if (json.path("version").asInt(1) != 1) {
                throw new Failure(file + " is of version " + json.get("version") + ", and only 1 is known");
            }
            return json;
        } catch (JsonProcessingException e) {
            throw new Failure(file + " is no JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new Failure("Cannot read " + file, e);
        }
    }

    /// In one line, as [#read] takes it.
    String toJson() {
        ObjectNode all = JSON.createObjectNode().put("version", 1);
        ArrayNode partitions = all.putArray("partitions");
        replicas.forEach((partition, nodes) -> {
            ObjectNode one = partitions.addObject();
            one.put("topic", partition.topic()).put("partition", partition.partition());
            nodes.forEach(one.withArray("replicas")::add);
            nodes.forEach(node -> one.withArray("log_dirs").add(ANY));
        });
        return all.toString();
    }
}
