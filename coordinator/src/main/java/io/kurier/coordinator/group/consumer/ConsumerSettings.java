package io.kurier.coordinator.group.consumer;

import java.util.List;

/// The settings of consumer groups. Times in milliseconds.
///
/// @param sessionTimeoutMs `group.consumer.session.timeout.ms`: a member that was not heard of for so long is out
/// @param heartbeatIntervalMs `group.consumer.heartbeat.interval.ms`: how often members are asked to report
/// @param assignmentIntervalMs `group.consumer.assignment.interval.ms`: least time between two targets of a group
/// @param maxSize `group.consumer.max.size`: members of one group
/// @param assignors `group.consumer.assignors`: their names, the one first that holds when no member asks for any
/// @param migration `group.consumer.migration.policy`: which way live groups may go
public record ConsumerSettings(
        int sessionTimeoutMs,
        int heartbeatIntervalMs,
        int assignmentIntervalMs,
        int maxSize,
        List<String> assignors,
        Migration migration) {
    /// Which way groups with members may go between the classic and the new protocol.
    public enum Migration {
        DISABLED,
        UPGRADE,
        DOWNGRADE,
        BIDIRECTIONAL;

        /// A classic group with members may become a consumer group.
        public boolean allowsUpgrade() {
            return this == UPGRADE || this == BIDIRECTIONAL;
        }

        /// A consumer group with classic members only may become a classic group.
        public boolean allowsDowngrade() {
            return this == DOWNGRADE || this == BIDIRECTIONAL;
        }
    }

    /// Apache Kafka's defaults.
    public static ConsumerSettings defaults() {
        return new ConsumerSettings(
                45_000, 5_000, 1_000, Integer.MAX_VALUE, List.of("uniform", "range"), Migration.BIDIRECTIONAL);
    }
}
