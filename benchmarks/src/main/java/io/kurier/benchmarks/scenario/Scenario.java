package io.kurier.benchmarks.scenario;

import io.kurier.benchmarks.node.Side;
import java.io.IOException;

/// One question, asked to one side at a time.
public interface Scenario {
    /// As it is named on the command line and in tables.
    String name();

    /// What it does, in a sentence for the page.
    String description();

    /// At most so many rounds are worth their time.
    default int maxRounds() {
        return Integer.MAX_VALUE;
    }

    /// One round on one side; figures go to the lab's results.
    void run(Lab lab, Side side) throws IOException;
}
