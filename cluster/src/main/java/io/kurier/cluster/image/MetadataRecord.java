package io.kurier.cluster.image;

import org.apache.kafka.common.protocol.ApiMessage;

/// One record of the metadata log: a generated class of `org.apache.kafka.common.metadata` and the version to write it
/// in. The message must not be changed any more.
public record MetadataRecord(ApiMessage message, short version) {}
