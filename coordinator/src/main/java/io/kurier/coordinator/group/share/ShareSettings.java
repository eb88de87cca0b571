package io.kurier.coordinator.group.share;

/// The settings of share groups. Times in milliseconds.
///
/// @param sessionTimeoutMs `group.share.session.timeout.ms`: a member that was not heard of for so long is out
/// @param heartbeatIntervalMs `group.share.heartbeat.interval.ms`: how often members are asked to report
/// @param assignmentIntervalMs `group.share.assignment.interval.ms`: least time between two targets of a group
/// @param maxSize `group.share.max.size`: members of one group
public record ShareSettings(int sessionTimeoutMs, int heartbeatIntervalMs, int assignmentIntervalMs, int maxSize) {
    /// Apache Kafka's defaults.
    public static ShareSettings defaults() {
        return new ShareSettings(45_000, 5_000, 1_000, 200);
    }
}
