package io.kurier.tests.simulation.client;

import java.util.Map;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfig;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.protocol.Errors;

/// Makes topics.
public final class TopicMaker {
    private TopicMaker() {}

    /// Tries until the topic is there.
    ///
    /// @param memory true to count as stored what is in memory
    public static void make(Leaders cluster, String name, int partitions, int replicas, int minInSync, boolean memory) {
        CreatableTopic topic =
                new CreatableTopic().setName(name).setNumPartitions(partitions).setReplicationFactor((short) replicas);
        Map<String, String> settings = Map.of(
                "min.insync.replicas",
                String.valueOf(minInSync),
                "kurier.durability",
                memory ? "memory" : "disk",
                // wall clocks are set back by hours
                "message.timestamp.after.max.ms",
                String.valueOf(Long.MAX_VALUE),
                // a segment is full with its index, so that there are several
                "index.interval.bytes",
                "200",
                "segment.index.bytes",
                "128");
        settings.forEach((key, value) ->
                topic.configs().add(new CreatableTopicConfig().setName(key).setValue(value)));
        CreateTopicsRequestData request = new CreateTopicsRequestData().setTimeoutMs(2_000);
        request.topics().add(topic);
        while (true) {
            try {
                CreateTopicsResponseData answer = cluster.any(request, CreateTopicsResponseData.class);
                Errors error = Errors.forCode(answer.topics().iterator().next().errorCode());
                if (error == Errors.NONE || error == Errors.TOPIC_ALREADY_EXISTS) {
                    return;
                }
            } catch (CompletionException _) {
                // again
            }
            cluster.pause(200);
        }
    }
}
