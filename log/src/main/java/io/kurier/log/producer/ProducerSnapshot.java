package io.kurier.log.producer;

/// What a log knows about one idempotent producer.
///
/// @param lastSequence sequence of its last record, -1 if only a marker was seen
/// @param lastOffset offset of its last record, -1 if unknown
/// @param offsetDelta records of its last batch, less one
/// @param timestampMs time of its last batch
/// @param coordinatorEpoch epoch of the transaction coordinator that wrote the last marker, -1 for none
/// @param currentTxnFirstOffset first offset of its open transaction, -1 for none
public record ProducerSnapshot(
        long producerId,
        short producerEpoch,
        int lastSequence,
        long lastOffset,
        int offsetDelta,
        long timestampMs,
        int coordinatorEpoch,
        long currentTxnFirstOffset) {}
