package io.kurier.coordinator.group.streams;

import io.kurier.coordinator.group.GroupConfigs;
import java.util.List;
import java.util.stream.Stream;

/// The settings of streams groups (KIP-1071). Times in milliseconds.
///
/// @param sessionTimeoutMs `group.streams.session.timeout.ms`: a member that was not heard of for so long is out
/// @param heartbeatIntervalMs `group.streams.heartbeat.interval.ms`: how often members are asked to report
/// @param assignmentIntervalMs `group.streams.assignment.interval.ms`: least time between two targets of a group
/// @param maxSize `group.streams.max.size`: members of one group
/// @param initialRebalanceDelayMs `group.streams.initial.rebalance.delay.ms`: how long an empty group waits for more
///     members after its first
/// @param standbyReplicas `group.streams.num.standby.replicas`: of each task with state
/// @param rackTags `group.streams.rack.aware.assignment.tags`: what replicas of a task are spread over
public record StreamsSettings(
        int sessionTimeoutMs,
        int heartbeatIntervalMs,
        int assignmentIntervalMs,
        int maxSize,
        int initialRebalanceDelayMs,
        int standbyReplicas,
        List<String> rackTags) {
    /// Apache Kafka's defaults.
    public static StreamsSettings defaults() {
        return new StreamsSettings(45_000, 5_000, 1_000, Integer.MAX_VALUE, 3_000, 0, List.of());
    }

    /// With what was set on a group itself.
    StreamsSettings of(GroupConfigs configs, String groupId) {
        return new StreamsSettings(
                configs.integer(groupId, "streams.session.timeout.ms", sessionTimeoutMs),
                configs.integer(groupId, "streams.heartbeat.interval.ms", heartbeatIntervalMs),
                configs.integer(groupId, "streams.assignment.interval.ms", assignmentIntervalMs),
                maxSize,
                configs.integer(groupId, "streams.initial.rebalance.delay.ms", initialRebalanceDelayMs),
                configs.integer(groupId, "streams.num.standby.replicas", standbyReplicas),
                configs.value(groupId, "streams.rack.aware.assignment.tags")
                        .map(StreamsSettings::list)
                        .orElse(rackTags));
    }

    private static List<String> list(String text) {
        return Stream.of(text.split(","))
                .map(String::strip)
                .filter(tag -> !tag.isEmpty())
                .toList();
    }

    /// With another wait for an empty group's first members; 0 for none.
    public StreamsSettings withInitialRebalanceDelayMs(int delayMs) {
        return new StreamsSettings(
                sessionTimeoutMs,
                heartbeatIntervalMs,
                assignmentIntervalMs,
                maxSize,
                delayMs,
                standbyReplicas,
                rackTags);
    }

    /// With another number of standby replicas of each task with state.
    public StreamsSettings withStandbyReplicas(int replicas) {
        return new StreamsSettings(
                sessionTimeoutMs,
                heartbeatIntervalMs,
                assignmentIntervalMs,
                maxSize,
                initialRebalanceDelayMs,
                replicas,
                rackTags);
    }
}
