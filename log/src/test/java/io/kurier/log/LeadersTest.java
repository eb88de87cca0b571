package io.kurier.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.protocol.records.BatchView;
import java.nio.ByteBuffer;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// Who may append: the leader of the present epoch, and nobody who led before.
class LeadersTest {
    private final LogWorld world = new LogWorld();

    private void append(int leaderEpoch) throws Exception {
        world.log.append(TestBatch.of("v").build(), leaderEpoch, Origin.CLIENT);
    }

    private void assertOver(int leaderEpoch) {
        long end = world.log.logEndOffset();
        assertThatThrownBy(() -> append(leaderEpoch))
                .isInstanceOfSatisfying(
                        LogException.class,
                        refused -> assertThat(refused.error()).isEqualTo(Errors.FENCED_LEADER_EPOCH));
        assertThat(world.log.logEndOffset()).isEqualTo(end);
    }

    @Test
    void anEarlierLeadersAppendIsRefused() throws Exception {
        world.log.startEpoch(4);
        append(4);
        world.log.startEpoch(5);
        assertOver(4);
        append(5);
        world.log.startEpoch(3);
        append(5);
    }

    @Test
    void whoFollowsDoesNotLead() throws Exception {
        world.log.startEpoch(4);
        append(4);
        world.log.follow(6);
        assertOver(4);
        assertOver(6);
        world.log.startEpoch(6);
        assertOver(6);
        world.log.startEpoch(7);
        append(7);
        assertThat(world.log.endOfEpoch(4)).isEqualTo(new EpochEnd(4, 1));
    }

    /// What an epoch's leader never wrote, its followers do not know of; what they copy may be of earlier epochs.
    @Test
    void anEpochWithoutRecordsIsForgottenByWhoFollows() throws Exception {
        world.log.startEpoch(4);
        append(4);
        world.log.startEpoch(8);
        world.log.follow(9);
        assertThat(world.log.latestEpoch()).isEqualTo(4);
        ByteBuffer copied = TestBatch.of("w").build();
        new BatchView(copied, 0).place(1, 5);
        world.log.append(copied, -1, Origin.REPLICA);
        assertThat(world.log.epochAt(1)).isEqualTo(5);
    }
}
