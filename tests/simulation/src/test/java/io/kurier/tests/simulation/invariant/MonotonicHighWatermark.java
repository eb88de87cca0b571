package io.kurier.tests.simulation.invariant;

import java.util.HashMap;
import java.util.Map;

/// Within one leader epoch the high watermark never goes back, and the leader's log is never cut below it.
public final class MonotonicHighWatermark implements Invariant {
    private final Map<String, Long> seen = new HashMap<>();

    @Override
    public void check(Look look) {
        for (Replica replica : look.replicas()) {
            if (replica.isUp() && replica.ledEpoch() >= 0) {
                Long before = seen.put(
                        look.name() + "/" + replica.process() + "/" + replica.ledEpoch(), replica.highWatermark());
                if (replica.end() < replica.highWatermark()) {
                    throw new AssertionError("node " + replica.node() + " leads " + look.name() + " up to "
                            + replica.highWatermark() + ", and its log ends at " + replica.end());
                }
                if (before != null && before > replica.highWatermark()) {
                    throw new AssertionError("the high watermark of " + look.name() + " on node " + replica.node()
                            + " went back from " + before + " to " + replica.highWatermark() + " in epoch "
                            + replica.ledEpoch());
                }
            }
        }
    }
}
