package io.kurier.coordinator.group.classic;

/// Something that happened in a group, for people who ask why it rebalanced.
///
/// @param wallMs when, in milliseconds since the epoch
/// @param generation the generation at that time
/// @param memberId whom it concerns; empty for the whole group
/// @param detail why, in a few words
public record GroupEvent(long wallMs, Kind kind, int generation, String memberId, String detail) {
    /// Where a member comes from, as text. Addresses of clients have a slash before them.
    public static String from(String clientId, String clientHost) {
        String host = clientHost.startsWith("/") ? clientHost.substring(1) : clientHost;
        return "client " + clientId + " at " + host;
    }

    /// What happened.
    public enum Kind {
        JOINED,
        REJOINED,
        REPLACED,
        LEFT,
        EXPIRED,
        REBALANCE,
        GENERATION,
        STABLE,
        MIGRATED,
        EMPTY
    }
}
