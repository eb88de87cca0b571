package io.kurier.broker.share.machine;

import java.util.List;

/// Changes of a share partition's state that are to be stored.
///
/// @param startOffset everything below is finished
/// @param completed offsets from `startOffset` on that are finished (KIP-1226)
/// @param batches what has changed at and behind `startOffset`
public record StateWrite(long startOffset, int completed, List<StateBatch> batches) {}
