package io.kurier.cluster.controller.command.topics;

import io.kurier.cluster.controller.command.Command;
import io.kurier.cluster.controller.command.Decision;
import io.kurier.cluster.controller.command.Refusal;
import io.kurier.cluster.controller.command.Situation;
import io.kurier.cluster.image.TopicImage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.apache.kafka.common.message.DeleteTopicsResponseData;
import org.apache.kafka.common.message.DeleteTopicsResponseData.DeletableTopicResult;
import org.apache.kafka.common.metadata.RemoveTopicRecord;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// Deletes topics by name or by id (API 20). Each topic is deleted or refused by itself.
///
/// Errors of a topic: UNKNOWN_TOPIC_OR_PARTITION for a name, UNKNOWN_TOPIC_ID for an id, INVALID_REQUEST (both,
/// neither, or one topic twice).
public final class DeleteTopics implements Command<DeleteTopicsRequestData, DeleteTopicsResponseData> {
    @Override
    public Decision<DeleteTopicsResponseData> decide(DeleteTopicsRequestData request, Situation situation) {
        DeleteTopicsResponseData response = new DeleteTopicsResponseData();
        List<ApiMessage> records = new ArrayList<>();
        Set<Uuid> deleted = new HashSet<>();
        for (DeleteTopicState wanted : wanted(request)) {
            DeletableTopicResult result =
                    new DeletableTopicResult().setName(wanted.name()).setTopicId(wanted.topicId());
            try {
                TopicImage topic = find(wanted, situation);
                result.setName(topic.name()).setTopicId(topic.id());
                if (!deleted.add(topic.id())) {
                    throw new Refusal(
                            Errors.INVALID_REQUEST,
                            wanted.name() == null ? "Duplicate topic id." : "Duplicate topic name.");
                }
                situation.checkSize(records.size() + 1L);
                records.add(new RemoveTopicRecord().setTopicId(topic.id()));
            } catch (Refusal e) {
                result.setErrorCode(e.error().code()).setErrorMessage(e.reason());
            }
            response.responses().add(result);
        }
        return new Decision<>(response, records);
    }

    private static List<DeleteTopicState> wanted(DeleteTopicsRequestData request) {
        List<DeleteTopicState> all = new ArrayList<>(request.topics());
        request.topicNames().forEach(name -> all.add(new DeleteTopicState().setName(name)));
        return all;
    }

    private static TopicImage find(DeleteTopicState wanted, Situation situation) throws Refusal {
        String name = wanted.name();
        boolean byId = !wanted.topicId().equals(Uuid.ZERO_UUID);
        if (name != null && byId) {
            throw new Refusal(Errors.INVALID_REQUEST, "You may not specify both topic name and topic id.");
        }
        if (name != null) {
            return found(
                    situation.image().topic(name),
                    Errors.UNKNOWN_TOPIC_OR_PARTITION,
                    "This server does not host this topic-partition.");
        }
        if (!byId) {
            throw new Refusal(Errors.INVALID_REQUEST, "Neither topic name nor id were specified.");
        }
        return found(
                situation.image().topic(wanted.topicId()),
                Errors.UNKNOWN_TOPIC_ID,
                "This server does not host this topic ID.");
    }

    private static TopicImage found(@Nullable TopicImage topic, Errors error, String message) throws Refusal {
        if (topic == null) {
            throw new Refusal(error, message);
        }
        return topic;
    }
}
