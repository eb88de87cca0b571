package io.kurier.coordinator.group;

import io.kurier.coordinator.group.consumer.ConsumerSettings;
import io.kurier.coordinator.group.streams.StreamsSettings;
import java.time.Duration;

/// The settings that groups and their offsets need. Times in milliseconds, sizes in bytes.
///
/// @param minSessionTimeoutMs `group.min.session.timeout.ms`
/// @param maxSessionTimeoutMs `group.max.session.timeout.ms`
/// @param maxGroupSize `group.max.size`: members of one group
/// @param initialRebalanceDelayMs `group.initial.rebalance.delay.ms`: how long an empty group waits for more members
///     after its first
/// @param newMemberJoinTimeoutMs how long a new member may wait for its first generation before it is taken for dead
/// @param offsetMetadataMaxBytes `offset.metadata.max.bytes`: of the text that comes with a committed offset
/// @param offsetsRetentionMs `offsets.retention.minutes`: how long offsets outlive their group's last member
/// @param offsetsRetentionCheckIntervalMs `offsets.retention.check.interval.ms`
/// @param maxBatchBytes what one write to the log may hold; larger groups and commits are refused
/// @param maxQueuedEvents requests that may wait for one shard; more are told to come again
/// @param consumers of groups of the new protocol
/// @param streams of groups of Kafka Streams applications
public record GroupSettings(
        int minSessionTimeoutMs,
        int maxSessionTimeoutMs,
        int maxGroupSize,
        int initialRebalanceDelayMs,
        int newMemberJoinTimeoutMs,
        int offsetMetadataMaxBytes,
        long offsetsRetentionMs,
        long offsetsRetentionCheckIntervalMs,
        int maxBatchBytes,
        int maxQueuedEvents,
        ConsumerSettings consumers,
        StreamsSettings streams) {

    /// Apache Kafka's defaults.
    public static GroupSettings defaults() {
        return new GroupSettings(
                6_000,
                1_800_000,
                Integer.MAX_VALUE,
                3_000,
                300_000,
                4_096,
                Duration.ofDays(7).toMillis(),
                600_000,
                1_048_588,
                20_000,
                ConsumerSettings.defaults(),
                StreamsSettings.defaults());
    }

    /// With a bound for the members of one group.
    public GroupSettings withMaxGroupSize(int members) {
        return new GroupSettings(
                minSessionTimeoutMs,
                maxSessionTimeoutMs,
                members,
                initialRebalanceDelayMs,
                newMemberJoinTimeoutMs,
                offsetMetadataMaxBytes,
                offsetsRetentionMs,
                offsetsRetentionCheckIntervalMs,
                maxBatchBytes,
                maxQueuedEvents,
                consumers,
                streams);
    }

    /// With another wait for an empty group's first members; 0 for none.
    public GroupSettings withInitialRebalanceDelayMs(int delayMs) {
        return new GroupSettings(
                minSessionTimeoutMs,
                maxSessionTimeoutMs,
                maxGroupSize,
                delayMs,
                newMemberJoinTimeoutMs,
                offsetMetadataMaxBytes,
                offsetsRetentionMs,
                offsetsRetentionCheckIntervalMs,
                maxBatchBytes,
                maxQueuedEvents,
                consumers,
                streams);
    }

    /// With other bounds for one write, for the text of one offset, and for the queue of one shard.
    public GroupSettings withLimits(int batchBytes, int offsetMetadataBytes, int queuedEvents) {
        return new GroupSettings(
                minSessionTimeoutMs,
                maxSessionTimeoutMs,
                maxGroupSize,
                initialRebalanceDelayMs,
                newMemberJoinTimeoutMs,
                offsetMetadataBytes,
                offsetsRetentionMs,
                offsetsRetentionCheckIntervalMs,
                batchBytes,
                queuedEvents,
                consumers,
                streams);
    }

    /// With other settings of consumer groups.
    public GroupSettings withConsumers(ConsumerSettings settings) {
        return new GroupSettings(
                minSessionTimeoutMs,
                maxSessionTimeoutMs,
                maxGroupSize,
                initialRebalanceDelayMs,
                newMemberJoinTimeoutMs,
                offsetMetadataMaxBytes,
                offsetsRetentionMs,
                offsetsRetentionCheckIntervalMs,
                maxBatchBytes,
                maxQueuedEvents,
                settings,
                streams);
    }

    /// With other settings of streams groups.
    public GroupSettings withStreams(StreamsSettings settings) {
        return new GroupSettings(
                minSessionTimeoutMs,
                maxSessionTimeoutMs,
                maxGroupSize,
                initialRebalanceDelayMs,
                newMemberJoinTimeoutMs,
                offsetMetadataMaxBytes,
                offsetsRetentionMs,
                offsetsRetentionCheckIntervalMs,
                maxBatchBytes,
                maxQueuedEvents,
                consumers,
                settings);
    }
}
