package io.kurier.cluster.raft.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.ManualClock;
import io.kurier.testkit.ManualTimers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// When a voter asks for an election.
class ElectionTurnsTest {
    private static final int ELECTION_MS = 300;

    private final ManualClock clock = new ManualClock();
    private final ManualTimers timers = new ManualTimers(clock);
    private final List<String> done = new ArrayList<>();

    private ElectionTurns voter(int id) {
        return new ElectionTurns(clock, timers, id, ELECTION_MS);
    }

    private void ask(ElectionTurns turns, int id, int epoch, int lastLeader, Integer... others) {
        turns.inTurn(
                epoch,
                lastLeader,
                List.of(others),
                () -> done.add(id + " asks at " + clock.nanos() / 1_000_000),
                () -> done.add(id + " gives up at " + clock.nanos() / 1_000_000));
    }

    private void after(int ms) {
        clock.advance(Duration.ofMillis(ms));
    }

    @Test
    void theFirstBehindTheLastLeaderAsksAtOnceAndTheOrderGoesRound() {
        ask(voter(3), 3, 1, 2, 1, 2);
        ask(voter(1), 1, 1, 2, 2, 3);
        after(1_000);
        assertThat(done).containsExactly("3 asks at 0", "1 asks at 100");
    }

    /// The last of them must have asked before the first tries again for want of answers.
    @Test
    void theTurnsOfFiveVotersAreOverBeforeAnElectionIs() {
        ask(voter(5), 5, 1, 1, 2, 3, 4);
        ask(voter(4), 4, 1, 1, 2, 3, 5);
        ask(voter(3), 3, 1, 1, 2, 4, 5);
        ask(voter(2), 2, 1, 1, 3, 4, 5);
        after(1_000);
        assertThat(done).containsExactly("2 asks at 0", "3 asks at 75", "4 asks at 150", "5 asks at 225");
    }

    @Test
    void nobodyWaitsForAVoterThatIsGone() {
        ask(voter(5), 5, 1, 2, 1, 4);
        ask(voter(4), 4, 1, 2, 1, 5);
        after(1_000);
        assertThat(done).containsExactly("4 asks at 0", "5 asks at 100");
    }

    @Test
    void withoutALastLeaderTheOrderIsThatOfTheIds() {
        ask(voter(2), 2, 1, -1, 1, 3);
        after(1_000);
        assertThat(done).containsExactly("2 asks at 100");
    }

    @Test
    void whoWouldElectAnotherOneWaitsForTheOutcome() {
        ElectionTurns second = voter(3);
        ask(second, 3, 1, 1, 2);
        after(90);
        second.granted();
        after(1_000);
        assertThat(done).containsExactly("3 asks at 190");
    }

    /// What waits would keep the engine from talking to the new leader.
    @Test
    void aNewEpochEndsTheWait() {
        ElectionTurns second = voter(3);
        ask(second, 3, 7, 1, 2);
        after(10);
        second.begun(7);
        assertThat(done).isEmpty();
        second.begun(8);
        assertThat(done).containsExactly("3 gives up at 10");
        after(1_000);
        assertThat(done).hasSize(1);
    }
}
