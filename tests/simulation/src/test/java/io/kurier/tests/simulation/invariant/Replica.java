package io.kurier.tests.simulation.invariant;

import java.util.List;

/// One replica at one moment.
///
/// @param process which of the node's processes it is
/// @param isUp false if its node does not run, or is starting
/// @param ledEpoch the leader epoch in which it takes itself for the leader; -1 if it does not
/// @param highWatermark what it takes for committed as the leader; -1 if it does not lead
/// @param log as programs see it
public record Replica(int node, int process, boolean isUp, int ledEpoch, long highWatermark, List<Entry> log) {
    /// Behind its last record.
    public long end() {
        return log.isEmpty() ? 0 : log.getLast().nextOffset();
    }
}
