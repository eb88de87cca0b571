package io.kurier.broker.share.machine;

import java.util.List;

/// What the share coordinator knows of a share partition.
///
/// @param stateEpoch must be named by whoever writes; another one is given when offsets are reset
/// @param order that writes are counted from; -1 if the coordinator does not ask for it
/// @param startOffset [#UNKNOWN] if nothing was ever written
public record StoredState(int stateEpoch, long order, long startOffset, List<StateBatch> batches) {
    /// The start of a share partition that nobody has read yet.
    public static final long UNKNOWN = -1;
}
