package io.kurier.cluster.raft.election;

import io.kurier.kernel.Clock;
import io.kurier.kernel.Timers;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// When this voter asks the others whether they would elect it (KIP-996). All voters notice the loss of a leader at the
/// same moment, and two that are both granted an election vote for themselves, and nobody is elected for a while. So
/// they take turns by their ids: the first behind the lost leader asks at once, and whoever would grant somebody else
/// an election waits for its outcome before it asks itself.
///
/// Only the moment is decided here. Safe for use by several threads.
public final class ElectionTurns {
    private static final long LONGEST_TURN_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Clock clock;
    private final Timers timers;
    private final int nodeId;
    private final long patienceNs;
    private final Set<Question> waiting = ConcurrentHashMap.newKeySet();
    private volatile long notBeforeNs;

    /// @param electionMs after how long a voter that was not elected tries again: all turns together are shorter
    public ElectionTurns(Clock clock, Timers timers, int nodeId, int electionMs) {
        this.clock = clock;
        this.timers = timers;
        this.nodeId = nodeId;
        this.patienceNs = TimeUnit.MILLISECONDS.toNanos(electionMs);
        this.notBeforeNs = clock.nanos();
    }

    /// What is asked when its time has come.
    ///
    /// @param epoch in which the voter is that asks
    /// @param giveUp runs instead if the epoch is over before
    private record Question(int epoch, Runnable ask, Runnable giveUp) {}

    /// Runs `ask` when it is this voter's turn, or `giveUp` as soon as [#begun(int)] says that it never will be.
    ///
    /// @param lastLeader -1 if nobody knows
    /// @param others voters of which is not known that they are gone; this one may be among them
    public void inTurn(int epoch, int lastLeader, Collection<Integer> others, Runnable ask, Runnable giveUp) {
        List<Integer> competing =
                others.stream().filter(id -> id != lastLeader && id != nodeId).toList();
        long before = competing.stream()
                .filter(id -> isBetween(lastLeader, id, nodeId))
                .count();
        Question question = new Question(epoch, ask, giveUp);
        waiting.add(question);
        goOn(question, before * turnNs(competing.size()));
    }

    private long turnNs(int competing) {
        return Math.min(LONGEST_TURN_NS, patienceNs / (competing + 1));
    }

    private void goOn(Question question, long delayNs) {
        if (delayNs > 0) {
            timers.after(delayNs, () -> goOn(question, 0));
            return;
        }
        long leftNs = notBeforeNs - clock.nanos();
        if (leftNs > 0) {
            timers.after(leftNs, () -> goOn(question, 0));
        } else if (waiting.remove(question)) {
            question.ask.run();
        }
    }

    /// Whether `id` comes before `mine` in the order that begins behind `last` and goes round.
    private static boolean isBetween(int last, int id, int mine) {
        return last < mine ? last < id && id < mine : id > last || id < mine;
    }

    /// This voter would elect another one, which asks for its votes now.
    public void granted() {
        notBeforeNs = clock.nanos() + Math.min(LONGEST_TURN_NS, patienceNs / 2);
    }

    /// This voter is in that epoch now: what waits in an earlier one needs no answer any more.
    public void begun(int epoch) {
        for (Question question : List.copyOf(waiting)) {
            if (question.epoch < epoch && waiting.remove(question)) {
                question.giveUp.run();
            }
        }
    }
}
