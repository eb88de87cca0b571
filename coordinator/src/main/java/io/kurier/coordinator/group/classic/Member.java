package io.kurier.coordinator.group.classic;

import io.kurier.coordinator.runtime.Ticket;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.jspecify.annotations.Nullable;

/// One member of a classic group.
final class Member {
    private static final byte[] NONE = new byte[0];

    final String id;
    final @Nullable String instanceId;
    final String clientId;
    final String clientHost;
    int sessionTimeoutMs;
    int rebalanceTimeoutMs;
    Map<String, byte[]> protocols;
    byte[] assignment = NONE;
    /// Has not been in any generation yet.
    boolean isNew;
    /// When it is taken for dead, unless it is heard of before.
    long deadlineMs;

    @Nullable
    Ticket<JoinGroupResponseData> awaitingJoin;

    @Nullable
    Ticket<SyncGroupResponseData> awaitingSync;

    Member(String id, JoinRequest request) {
        this(id, request.instanceId(), request.clientId(), request.clientHost(), request.protocols());
        this.sessionTimeoutMs = request.sessionTimeoutMs();
        this.rebalanceTimeoutMs = request.rebalanceTimeoutMs();
    }

    Member(String id, @Nullable String instanceId, String clientId, String clientHost, Map<String, byte[]> protocols) {
        this.id = id;
        this.instanceId = instanceId;
        this.clientId = clientId;
        this.clientHost = clientHost;
        this.protocols = protocols;
    }

    boolean isStatic() {
        return instanceId != null;
    }

    boolean supports(@Nullable String protocol) {
        return protocol != null && protocols.containsKey(protocol);
    }

    byte[] metadata(@Nullable String protocol) {
        byte[] metadata = protocol == null ? null : protocols.get(protocol);
        return metadata == null ? NONE : metadata;
    }

    /// Its subscription as its first protocol has it.
    byte[] preferred() {
        return protocols.isEmpty() ? NONE : protocols.values().iterator().next();
    }

    /// True if these are the same protocols in the same order with the same metadata.
    boolean offers(Map<String, byte[]> others) {
        if (!List.copyOf(protocols.keySet()).equals(List.copyOf(others.keySet()))) {
            return false;
        }
        return protocols.entrySet().stream().allMatch(e -> Arrays.equals(e.getValue(), others.get(e.getKey())));
    }

    /// While a member waits for an answer of ours it cannot send heartbeats. A new one is not trusted for ever: its
    /// client may be gone, and nobody would know.
    boolean mayExpire() {
        return isNew || (awaitingJoin == null && awaitingSync == null);
    }
}
