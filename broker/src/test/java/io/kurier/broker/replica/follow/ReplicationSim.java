package io.kurier.broker.replica.follow;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.Seeds;
import org.junit.jupiter.api.Test;

/// Three replicas of one partition, of which any may be killed, lose its power, be cut off, or be deposed at any
/// moment, while messages are lost, late and out of order.
class ReplicationSim {
    @Test
    void nothingCommittedIsLostAndReplicasAgree() {
        int[] seenAtFollowers = new int[1];
        Seeds.each(60, seed -> {
            ReplicationRun run = new ReplicationRun(seed);
            run.run(10_000);
            seenAtFollowers[0] += run.seenAtFollowers();
        });
        if (Long.getLong("kurier.seed") == null) {
            assertThat(seenAtFollowers[0]).as("reads from followers").isPositive();
        }
    }
}
