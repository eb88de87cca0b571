package io.kurier.broker.share.machine;

/// How much a member wants.
///
/// @param maxRecords offsets to acquire; in whole batches the last one may exceed it
/// @param strict never more than `maxRecords`, even if that divides a batch (KIP-1206, acquire mode 1)
/// @param batchSize neighbouring batches are told as one range of about so many offsets
public record AcquireWish(int maxRecords, boolean strict, int batchSize) {}
