package io.kurier.cluster.controller.command.topics;

import io.kurier.cluster.controller.ConfigRules;
import io.kurier.cluster.controller.command.Command;
import io.kurier.cluster.controller.command.ConfigChanges;
import io.kurier.cluster.controller.command.Decision;
import io.kurier.cluster.controller.command.Refusal;
import io.kurier.cluster.controller.command.Situation;
import io.kurier.cluster.controller.command.topics.TopicNames.Collisions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableReplicaAssignment;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfig;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicResult;
import org.apache.kafka.common.metadata.ConfigRecord;
import org.apache.kafka.common.metadata.TopicRecord;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;

/// Makes topics (API 19). Each topic of the request succeeds or is refused by itself.
///
/// Errors of a topic: INVALID_TOPIC_EXCEPTION, TOPIC_ALREADY_EXISTS, INVALID_PARTITIONS, INVALID_REPLICATION_FACTOR,
/// INVALID_REPLICA_ASSIGNMENT, INVALID_CONFIG, INVALID_REQUEST (a topic named twice), POLICY_VIOLATION (more than one
/// command may make).
public final class CreateTopics implements Command<CreateTopicsRequestData, CreateTopicsResponseData> {
    private static final int DEFAULT = -1;

    @Override
    public Decision<CreateTopicsResponseData> decide(CreateTopicsRequestData request, Situation situation) {
        CreateTopicsResponseData response = new CreateTopicsResponseData();
        List<ApiMessage> records = new ArrayList<>();
        Map<String, Integer> times = new HashMap<>();
        request.topics().forEach(topic -> times.merge(topic.name(), 1, Integer::sum));
        Collisions collisions = new Collisions(situation.image(), times.keySet());
        Placement placement = new Placement(situation.image());
        for (CreatableTopic topic : request.topics()) {
            int wanted = times.getOrDefault(topic.name(), 0);
            if (wanted == 0) {
                continue; // a duplicate that is answered already
            }
            CreatableTopicResult result = new CreatableTopicResult().setName(topic.name());
            try {
                if (wanted > 1) {
                    times.put(topic.name(), 0);
                    throw new Refusal(Errors.INVALID_REQUEST, "Duplicate topic name.");
                }
                TopicNames.check(topic.name());
                if (situation.image().topic(topic.name()) != null) {
                    throw new Refusal(Errors.TOPIC_ALREADY_EXISTS, "Topic '" + topic.name() + "' already exists.");
                }
                collisions.check(topic.name());
                create(topic, situation, placement, records, result);
                collisions.add(topic.name());
            } catch (Refusal e) {
                result.setErrorCode(e.error().code()).setErrorMessage(e.reason());
            }
            response.topics().add(result);
        }
        if (request.validateOnly()) {
            response.topics().forEach(result -> result.setTopicId(Uuid.ZERO_UUID));
            return Decision.unchanged(response);
        }
        return new Decision<>(response, records);
    }

    private static void create(
            CreatableTopic topic,
            Situation situation,
            Placement placement,
            List<ApiMessage> records,
            CreatableTopicResult result)
            throws Refusal {
        Map<String, String> settings = settings(topic, situation);
        List<List<Integer>> replicas = replicas(topic, situation, placement, records.size());
        TopicNames.checkPartitions(topic.name(), replicas.size());
        situation.checkSize(records.size() + replicas.size() + settings.size() + 1);
        Uuid id = situation.newId();
        while (situation.image().topic(id) != null) {
            id = situation.newId();
        }
        records.add(new TopicRecord().setName(topic.name()).setTopicId(id));
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            records.add(new ConfigRecord()
                    .setResourceType(ConfigResource.Type.TOPIC.id())
                    .setResourceName(topic.name())
                    .setName(setting.getKey())
                    .setValue(setting.getValue()));
        }
        for (int i = 0; i < replicas.size(); i++) {
            records.add(placement.record(id, i, replicas.get(i)));
        }
        result.setTopicId(id)
                .setNumPartitions(replicas.size())
                .setReplicationFactor((short) replicas.getFirst().size())
                .setConfigs(situation.rules().describeTopic(settings));
    }

    private static List<List<Integer>> replicas(
            CreatableTopic topic, Situation situation, Placement placement, int recordsBefore) throws Refusal {
        if (!topic.assignments().isEmpty()) {
            return assigned(topic, placement);
        }
        int partitions =
                topic.numPartitions() == DEFAULT ? situation.settings().numPartitions() : topic.numPartitions();
        short factor = topic.replicationFactor() == DEFAULT
                ? situation.settings().defaultReplicationFactor()
                : topic.replicationFactor();
        if (partitions <= 0) {
            throw new Refusal(
                    Errors.INVALID_PARTITIONS, "Number of partitions was set to an invalid non-positive value.");
        }
        if (factor <= 0) {
            throw new Refusal(
                    Errors.INVALID_REPLICATION_FACTOR,
                    "Replication factor must be larger than 0, or -1 to use the default value.");
        }
        situation.checkSize((long) recordsBefore + partitions);
        return placement.spread(partitions, factor, situation.random().nextInt(1 << 20));
    }

    private static List<List<Integer>> assigned(CreatableTopic topic, Placement placement) throws Refusal {
        if (topic.replicationFactor() != DEFAULT) {
            throw new Refusal(
                    Errors.INVALID_REQUEST,
                    "A manual partition assignment was specified, but replication factor was not set to -1.");
        }
        if (topic.numPartitions() != DEFAULT) {
            throw new Refusal(
                    Errors.INVALID_REQUEST,
                    "A manual partition assignment was specified, but numPartitions was not set to -1.");
        }
        TreeMap<Integer, List<Integer>> byPartition = new TreeMap<>();
        for (CreatableReplicaAssignment assignment : topic.assignments()) {
            if (byPartition.put(assignment.partitionIndex(), assignment.brokerIds()) != null) {
                throw new Refusal(
                        Errors.INVALID_REPLICA_ASSIGNMENT,
                        "Found multiple manual partition assignments for partition " + assignment.partitionIndex());
            }
            placement.check(assignment.partitionIndex(), assignment.brokerIds());
        }
        int factor = byPartition.firstEntry().getValue().size();
        for (Map.Entry<Integer, List<Integer>> entry : byPartition.entrySet()) {
            if (entry.getValue().size() != factor) {
                throw new Refusal(
                        Errors.INVALID_REPLICA_ASSIGNMENT,
                        "The manual partition assignment includes a partition with "
                                + entry.getValue().size()
                                + " replica(s), but this is not consistent with previous partitions, which have "
                                + factor
                                + " replica(s).");
            }
        }
        if (byPartition.firstKey() != 0 || byPartition.lastKey() != byPartition.size() - 1) {
            throw new Refusal(
                    Errors.INVALID_REPLICA_ASSIGNMENT, "partitions should be a consecutive 0-based integer sequence");
        }
        return List.copyOf(byPartition.values());
    }

    private static Map<String, String> settings(CreatableTopic topic, Situation situation) throws Refusal {
        Map<String, String> settings = new TreeMap<>();
        for (CreatableTopicConfig config : topic.configs()) {
            if (config.value() == null) {
                throw new Refusal(
                        Errors.INVALID_CONFIG, "Null value not supported for topic configs: " + config.name());
            }
            ConfigChanges.checkLength(config.name(), config.value());
            try {
                ConfigRules.Setting setting =
                        situation.rules().resolve(ConfigResource.Type.TOPIC, config.name(), config.value());
                if (setting.value() != null && settings.put(setting.name(), setting.value()) != null) {
                    throw new Refusal(
                            Errors.INVALID_CONFIG,
                            "'" + config.name() + "' and another name of '" + setting.name()
                                    + "' are both given: use one");
                }
            } catch (InvalidConfigurationException e) {
                throw Refusal.of(e);
            }
        }
        try {
            situation.rules().validate(new ConfigResource(ConfigResource.Type.TOPIC, topic.name()), settings);
        } catch (InvalidConfigurationException e) {
            throw Refusal.of(e);
        }
        return settings;
    }
}
