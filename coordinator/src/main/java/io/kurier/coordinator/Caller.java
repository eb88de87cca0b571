package io.kurier.coordinator;

/// Who asks, and in which version of the request's API.
///
/// @param version the request's version
/// @param clientId the client's name for itself; empty if it gave none
/// @param clientHost where it comes from, as Kafka writes it: `/192.0.2.1`
public record Caller(short version, String clientId, String clientHost) {}
