package io.kurier.coordinator.group.classic;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A member of the classic protocol on its way from a classic group to a consumer group, or back (KIP-848).
///
/// @param protocols its assignors by name with its subscription for each, the preferred one first
/// @param assignment what it may read, as its assignor would say it; empty for nothing
@SuppressWarnings("ArrayRecordComponent") // never compared
public record HandedMember(Identity identity, Timeouts timeouts, Map<String, byte[]> protocols, byte[] assignment) {
    /// Who it is.
    public record Identity(String id, @Nullable String instanceId, String clientId, String clientHost) {}

    /// How long it may be silent, and how long it may take to rejoin, in milliseconds.
    public record Timeouts(int sessionMs, int rebalanceMs) {}
}
