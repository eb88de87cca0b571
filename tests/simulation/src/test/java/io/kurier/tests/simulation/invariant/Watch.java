package io.kurier.tests.simulation.invariant;

import java.util.List;

/// All rules, in the order in which they are checked.
public final class Watch {
    private final List<Invariant> before = List.of(
            new OneLeaderAnEpoch(), new LogMatching(), new MonotonicHighWatermark(), new EmptyElr());
    private final List<Invariant> after = List.of(new LeaderCompleteness(), new CandidateCompleteness());

    /// Holds one partition against all rules, and learns what is committed.
    public void check(Look look) {
        before.forEach(rule -> rule.check(look));
        for (Replica replica : look.replicas()) {
            if (replica.isUp() && replica.ledEpoch() >= 0) {
                look.committed().grow(replica);
            }
        }
        after.forEach(rule -> rule.check(look));
    }
}
