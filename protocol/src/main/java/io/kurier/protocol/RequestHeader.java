package io.kurier.protocol;

import org.apache.kafka.common.protocol.ApiKeys;
import org.jspecify.annotations.Nullable;

/// What stands before every request's body.
///
/// @param versionKnown false only for an ApiVersions request of a version that is not known; its body is not to be read
/// @param clientId what the client calls itself, or null
public record RequestHeader(
        ApiKeys key,
        short version,
        boolean versionKnown,
        int correlationId,
        @Nullable String clientId) {}
