package io.kurier.broker.replica.follow;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.Seeds;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Three replicas of one partition, of which any may be killed, lose its power, be cut off, or be deposed at any
/// moment, while messages are lost, late and out of order.
class ReplicationSim {
    @Test
    void nothingCommittedIsLostAndReplicasAgree() {
        AtomicLong endsTold = new AtomicLong();
        AtomicLong seenAtFollowers = new AtomicLong();
        Seeds.each(60, seed -> {
            ReplicationRun run = new ReplicationRun(seed);
            endsTold.addAndGet(run.run(10_000));
            seenAtFollowers.addAndGet(run.seenAtFollowers());
        });
        assertThat(endsTold).as("ends of the log that were told").hasPositiveValue();
        assertThat(seenAtFollowers).as("reads from followers").hasPositiveValue();
    }
}
