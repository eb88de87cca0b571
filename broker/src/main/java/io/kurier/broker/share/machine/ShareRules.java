package io.kurier.broker.share.machine;

/// What holds for a share group's records now.
///
/// @param lockNs how long a record is reserved for the member that acquired it
/// @param deliveryLimit a record that was delivered so often is not delivered again
/// @param maxInFlight offsets that may be under way in one partition; the last batch may exceed it
/// @param renewable true if a member may extend its reservation (KIP-1222)
/// @param deadLetters true if undeliverable records are written elsewhere before they are archived (KIP-1191)
public record ShareRules(long lockNs, int deliveryLimit, int maxInFlight, boolean renewable, boolean deadLetters) {}
