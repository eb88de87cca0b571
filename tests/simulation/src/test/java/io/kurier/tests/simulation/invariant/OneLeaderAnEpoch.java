package io.kurier.tests.simulation.invariant;

import java.util.HashMap;
import java.util.Map;

/// Only one node ever leads a partition in one leader epoch.
public final class OneLeaderAnEpoch implements Invariant {
    private final Map<String, Integer> leaders = new HashMap<>();

    @Override
    public void check(Look look) {
        for (Replica replica : look.replicas()) {
            if (replica.ledEpoch() >= 0) {
                Integer other = leaders.put(look.name() + "/" + replica.ledEpoch(), replica.node());
                if (other != null && other != replica.node()) {
                    throw new AssertionError("both node " + other + " and node " + replica.node() + " lead "
                            + look.name() + " in epoch " + replica.ledEpoch());
                }
            }
        }
    }
}
