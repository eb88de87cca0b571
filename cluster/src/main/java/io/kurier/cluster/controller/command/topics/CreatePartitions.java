package io.kurier.cluster.controller.command.topics;

import io.kurier.cluster.controller.command.Command;
import io.kurier.cluster.controller.command.Decision;
import io.kurier.cluster.controller.command.Refusal;
import io.kurier.cluster.controller.command.Situation;
import io.kurier.cluster.image.TopicImage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsAssignment;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsTopic;
import org.apache.kafka.common.message.CreatePartitionsResponseData;
import org.apache.kafka.common.message.CreatePartitionsResponseData.CreatePartitionsTopicResult;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;

/// Adds partitions to topics (API 37). Each topic grows or is refused by itself.
///
/// Errors of a topic: UNKNOWN_TOPIC_OR_PARTITION, INVALID_PARTITIONS (not more than there are),
/// INVALID_REPLICA_ASSIGNMENT, INVALID_REPLICATION_FACTOR, INVALID_REQUEST (a topic named twice), POLICY_VIOLATION
/// (more than one command may make).
public final class CreatePartitions implements Command<CreatePartitionsRequestData, CreatePartitionsResponseData> {
    @Override
    public Decision<CreatePartitionsResponseData> decide(CreatePartitionsRequestData request, Situation situation) {
        CreatePartitionsResponseData response = new CreatePartitionsResponseData();
        List<ApiMessage> records = new ArrayList<>();
        Map<String, Integer> times = new HashMap<>();
        request.topics().forEach(topic -> times.merge(topic.name(), 1, Integer::sum));
        Placement placement = new Placement(situation.image());
        for (CreatePartitionsTopic topic : request.topics()) {
            int wanted = times.getOrDefault(topic.name(), 0);
            if (wanted == 0) {
                continue; // a duplicate that is answered already
            }
            CreatePartitionsTopicResult result = new CreatePartitionsTopicResult().setName(topic.name());
            try {
                if (wanted > 1) {
                    times.put(topic.name(), 0);
                    throw new Refusal(Errors.INVALID_REQUEST, "Duplicate topic name.");
                }
                grow(topic, situation, placement, records);
            } catch (Refusal e) {
                result.setErrorCode(e.error().code()).setErrorMessage(e.reason());
            }
            response.results().add(result);
        }
        return request.validateOnly() ? Decision.unchanged(response) : new Decision<>(response, records);
    }

    private static void grow(
            CreatePartitionsTopic topic, Situation situation, Placement placement, List<ApiMessage> records)
            throws Refusal {
        TopicImage image = situation.image().topic(topic.name());
        if (image == null) {
            throw new Refusal(Errors.UNKNOWN_TOPIC_OR_PARTITION, "This server does not host this topic-partition.");
        }
        int present = image.partitions().size();
        if (topic.count() == present) {
            throw new Refusal(Errors.INVALID_PARTITIONS, "Topic already has " + present + " partition(s).");
        }
        if (topic.count() < present) {
            throw new Refusal(
                    Errors.INVALID_PARTITIONS,
                    "The topic " + topic.name() + " currently has " + present + " partition(s); " + topic.count()
                            + " would not be an increase.");
        }
        TopicNames.checkGrowth(topic.name());
        int added = topic.count() - present;
        situation.checkSize((long) records.size() + added);
        short factor = (short) image.partitions().getFirst().target().size();
        List<List<Integer>> replicas = topic.assignments() == null
                ? placement.spread(added, factor, situation.random().nextInt(1 << 20))
                : assigned(topic.assignments(), added, present, factor, placement);
        for (int i = 0; i < added; i++) {
            records.add(placement.record(image.id(), present + i, replicas.get(i)));
        }
    }

    private static List<List<Integer>> assigned(
            List<CreatePartitionsAssignment> assignments, int added, int present, short factor, Placement placement)
            throws Refusal {
        if (assignments.size() != added) {
            throw new Refusal(
                    Errors.INVALID_REPLICA_ASSIGNMENT,
                    "Attempted to add " + added + " additional partition(s), but only " + assignments.size()
                            + " assignment(s) were specified.");
        }
        List<List<Integer>> all = new ArrayList<>(added);
        for (CreatePartitionsAssignment assignment : assignments) {
            placement.check(present + all.size(), assignment.brokerIds());
            if (assignment.brokerIds().size() != factor) {
                throw new Refusal(
                        Errors.INVALID_REPLICA_ASSIGNMENT,
                        "The manual partition assignment includes a partition with "
                                + assignment.brokerIds().size()
                                + " replica(s), but this is not consistent with previous partitions, which have "
                                + factor
                                + " replica(s).");
            }
            all.add(assignment.brokerIds());
        }
        return all;
    }
}
