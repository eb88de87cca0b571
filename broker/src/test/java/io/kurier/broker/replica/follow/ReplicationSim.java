package io.kurier.broker.replica.follow;

import io.kurier.testkit.Seeds;
import org.junit.jupiter.api.Test;

/// Three replicas of one partition, of which any may be killed, lose its power, be cut off, or be deposed at any
/// moment, while messages are lost, late and out of order.
class ReplicationSim {
    @Test
    void nothingCommittedIsLostAndReplicasAgree() {
        Seeds.each(60, seed -> new ReplicationRun(seed).run(10_000));
    }
}
