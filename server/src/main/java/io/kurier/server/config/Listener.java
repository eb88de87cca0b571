package io.kurier.server.config;

import org.jspecify.annotations.Nullable;

/// One address that a node listens on; its security protocol is PLAINTEXT.
///
/// @param name in capitals
/// @param bind where it listens
/// @param advertised what clients are told to connect to; null to tell each connection the address that it came by
/// @param forControllers true if it serves the controller quorum only, no clients
public record Listener(String name, HostPort bind, @Nullable HostPort advertised, boolean forControllers) {}
