package io.kurier.broker.api.groups.streams;

import io.kurier.broker.api.cluster.ControllerCalls;
import io.kurier.coordinator.group.streams.topology.InternalTopic;
import io.kurier.coordinator.group.streams.topology.InternalTopicMaker;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfig;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/// Has the controller create the internal topics of Kafka Streams applications (KIP-1071).
public final class StreamsTopicMaker implements InternalTopicMaker {
    /// Shorter than clients wait for the answer to a heartbeat.
    private static final int TIMEOUT_MS = 10_000;

    private final ControllerCalls controller;

    public StreamsTopicMaker(ControllerCalls controller) {
        this.controller = controller;
    }

    @Override
    public CompletableFuture<Map<String, String>> make(Collection<InternalTopic> topics) {
        CreateTopicsRequestData request = new CreateTopicsRequestData().setTimeoutMs(TIMEOUT_MS);
        topics.forEach(topic -> request.topics().add(creatable(topic)));
        return controller
                .submit(request, ApiKeys.CREATE_TOPICS.latestVersion(), TIMEOUT_MS, CreateTopicsResponseData.class)
                .thenApply(StreamsTopicMaker::failures)
                .exceptionally(failure -> topics.stream()
                        .collect(Collectors.toMap(InternalTopic::name, topic -> String.valueOf(failure.getMessage()))));
    }

    private static CreatableTopic creatable(InternalTopic topic) {
        CreatableTopic creatable = new CreatableTopic()
                .setName(topic.name())
                .setNumPartitions(topic.partitions())
                .setReplicationFactor(topic.replicationFactor());
        topic.configs()
                .forEach((key, value) -> creatable
                        .configs()
                        .add(new CreatableTopicConfig().setName(key).setValue(value)));
        return creatable;
    }

    private static Map<String, String> failures(CreateTopicsResponseData answer) {
        Map<String, String> failures = new HashMap<>();
        answer.topics().forEach(topic -> {
            Errors error = Errors.forCode(topic.errorCode());
            if (error != Errors.NONE && error != Errors.TOPIC_ALREADY_EXISTS) {
                failures.put(topic.name(), topic.errorMessage() == null ? error.message() : topic.errorMessage());
            }
        });
        return failures;
    }
}
