package io.kurier.log;

import org.apache.kafka.common.Uuid;

/// What `meta.properties` says about a data directory (version 1): which node of which cluster it belongs to.
///
/// @param clusterId the cluster
/// @param nodeId the node
/// @param directoryId this directory's own id, made with it and kept for ever
public record MetaProperties(String clusterId, int nodeId, Uuid directoryId) {}
