package io.kurier.coordinator.group.streams;

import io.kurier.coordinator.group.streams.topology.InternalTopic;
import java.util.List;
import org.apache.kafka.common.message.StreamsGroupHeartbeatResponseData;

/// What comes of a heartbeat.
///
/// @param answer what to say, if there is nothing to do before
/// @param toMake internal topics that are missing: the answer is [StreamsProtocol#again] once they are made
public record StreamsOutcome(StreamsGroupHeartbeatResponseData answer, List<InternalTopic> toMake) {
    static StreamsOutcome of(StreamsGroupHeartbeatResponseData answer) {
        return new StreamsOutcome(answer, List.of());
    }
}
