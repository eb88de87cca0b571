package io.kurier.cluster.image;

/// That a user has a SCRAM password (KIP-554), without what it is made of.
///
/// @param mechanism 1 for SCRAM-SHA-256, 2 for SCRAM-SHA-512
public record ScramLogin(String user, byte mechanism, int iterations) {}
