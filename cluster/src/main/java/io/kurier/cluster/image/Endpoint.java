package io.kurier.cluster.image;

import org.apache.kafka.common.security.auth.SecurityProtocol;

/// Where a node listens.
///
/// @param listener the listener's name, such as `PLAINTEXT`
/// @param host the advertised host name
/// @param port 0 - 65535
public record Endpoint(String listener, String host, int port, SecurityProtocol protocol) {}
