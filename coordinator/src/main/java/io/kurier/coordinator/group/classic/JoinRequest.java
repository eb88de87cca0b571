package io.kurier.coordinator.group.classic;

import io.kurier.coordinator.Caller;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.jspecify.annotations.Nullable;

/// A JoinGroup request, whatever its version.
///
/// @param memberId empty for a new member
/// @param instanceId `group.instance.id` of a static member (KIP-345)
/// @param protocols assignors by name with the member's metadata for each, the preferred one first
/// @param needsKnownId a new dynamic member is first given its id and told to come back with it (version 4, KIP-394)
/// @param maySkipAssignment the leader understands `SkipAssignment` (version 9, KIP-814)
public record JoinRequest(
        String memberId,
        @Nullable String instanceId,
        String clientId,
        String clientHost,
        int sessionTimeoutMs,
        int rebalanceTimeoutMs,
        String protocolType,
        Map<String, byte[]> protocols,
        boolean needsKnownId,
        boolean maySkipAssignment,
        @Nullable String reason) {

    /// From the wire.
    public static JoinRequest of(Caller caller, JoinGroupRequestData request) {
        Map<String, byte[]> protocols = new LinkedHashMap<>();
        for (JoinGroupRequestProtocol protocol : request.protocols()) {
            protocols.put(protocol.name(), protocol.metadata());
        }
        int rebalanceTimeoutMs =
                request.rebalanceTimeoutMs() < 0 ? request.sessionTimeoutMs() : request.rebalanceTimeoutMs();
        return new JoinRequest(
                request.memberId(),
                request.groupInstanceId(),
                caller.clientId(),
                caller.clientHost(),
                request.sessionTimeoutMs(),
                rebalanceTimeoutMs,
                request.protocolType(),
                protocols,
                caller.version() >= 4,
                caller.version() >= 9,
                request.reason());
    }

    /// True if the member has no id yet.
    public boolean isNew() {
        return memberId.isEmpty();
    }
}
