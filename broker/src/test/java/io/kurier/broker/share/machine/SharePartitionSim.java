package io.kurier.broker.share.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.Seeds;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Random histories of a share partition, each held against one that keeps every offset by itself.
class SharePartitionSim {
    @Test
    void everyRecordIsAcceptedArchivedADeadLetterOrAvailableAgain() {
        AtomicLong accepted = new AtomicLong();
        AtomicLong restarts = new AtomicLong();
        AtomicLong buried = new AtomicLong();
        Seeds.each(1_500, seed -> {
            SharePartitionRun run = new SharePartitionRun(seed);
            run.run(150);
            accepted.addAndGet(run.accepted());
            restarts.addAndGet(run.restarts());
            buried.addAndGet(run.buried());
        });
        assertThat(accepted).as("accepted records").hasPositiveValue();
        assertThat(buried).as("dead letters").hasPositiveValue();
        assertThat(restarts).as("restarts").hasPositiveValue();
    }
}
