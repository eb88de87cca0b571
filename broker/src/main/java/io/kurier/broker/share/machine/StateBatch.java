package io.kurier.broker.share.machine;

/// Offsets with the same fate as the share coordinator keeps them (KIP-932), last one included.
///
/// @param state [#AVAILABLE], [#ACKNOWLEDGED], [#ARCHIVING] or [#ARCHIVED]
/// @param deliveries how often they have been delivered
public record StateBatch(long first, long last, byte state, short deliveries) {
    public static final byte AVAILABLE = 0;
    public static final byte ACKNOWLEDGED = 2;
    /// Undeliverable, but not known to be among the dead letters (KIP-1191).
    public static final byte ARCHIVING = 3;

    public static final byte ARCHIVED = 4;
}
