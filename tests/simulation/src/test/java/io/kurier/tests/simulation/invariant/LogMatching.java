package io.kurier.tests.simulation.invariant;

/// Replicas agree below the high watermark: what a leader takes for committed is what was committed before.
public final class LogMatching implements Invariant {
    @Override
    public void check(Look look) {
        for (Replica replica : look.replicas()) {
            if (replica.isUp() && replica.ledEpoch() >= 0) {
                int different = look.committed().firstDifference(replica.log(), replica.highWatermark());
                if (different >= 0) {
                    throw new AssertionError("node " + replica.node() + ", leader in epoch " + replica.ledEpoch()
                            + " up to " + replica.highWatermark() + ", differs from what was committed of "
                            + look.name() + ": " + replica.log().get(different) + ", not "
                            + look.committed().get(different));
                }
            }
        }
    }
}
