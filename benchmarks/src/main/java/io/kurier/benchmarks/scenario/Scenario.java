package io.kurier.benchmarks.scenario;

import io.kurier.benchmarks.node.Side;
import java.io.IOException;
import java.util.List;

/// One question, asked to one side at a time.
public interface Scenario {
    /// As it is named on the command line and in tables.
    String name();

    /// What it does, in a sentence for the page.
    String description();

    /// How many rounds of both sides a run of everything has, time permitting.
    default int rounds() {
        return 1;
    }

    /// About how long a round of both sides takes on a machine of two cores, before one was seen.
    int roundSeconds();

    /// Who is asked.
    default List<Side> sides() {
        return List.of(Side.values());
    }

    /// One round on one side; figures go to the lab's results.
    ///
    /// @param round from 1
    void run(Lab lab, Side side, int round) throws IOException;
}
