package io.kurier.broker.replica;

import io.kurier.log.LogConfig;

/// What a topic's settings demand of its partitions.
///
/// @param log of the logs
/// @param minInSyncReplicas `min.insync.replicas`: appends with acks=all are refused below it
public record TopicPolicy(LogConfig log, int minInSyncReplicas) {}
