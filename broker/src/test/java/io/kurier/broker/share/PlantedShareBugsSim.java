package io.kurier.broker.share;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.planted.BrokenSources;
import io.kurier.testkit.planted.BrokenSources.Edit;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A simulation that finds nothing proves nothing: it must find each of these defects within a number of seeds.
class PlantedShareBugsSim {
    private static final int SEEDS = Integer.getInteger("kurier.planted.seeds", 300);
    private static final String BROKER = "broker/src/main/java/io/kurier/broker/share/";
    private static final String COORDINATOR = "coordinator/src/main/java/io/kurier/coordinator/share/";

    enum Bug {
        WHAT_WAS_TAKEN_AWAY_IS_FORGOTTEN_IF_THE_WRITE_FAILS(
                BROKER + "machine/SharePartition.java",
                "settle(run.as(settling.before()), settling.after(), settling.deliveriesAfter(), true);",
                "runs.set(new Run(run.first(), run.last(), settling.deliveriesAfter(), settling.after()));\n"
                        + "availableFrom = Math.min(availableFrom, run.first());\nburials.expect();"),
        WHAT_FAILED_IS_TAKEN_FOR_STORED(
                BROKER + "LedShare.java", "machine.written(error == Errors.NONE)", "machine.written(true)"),
        NOBODY_TRIES_AGAIN(
                BROKER + "LedShare.java", "alarm.at(around.world.clock().nanos() + AGAIN_NS);", "LOG.debug(\"\");"),
        LATE_DELETIONS_END_WHAT_HAS_BEGUN_SINCE(
                COORDINATOR + "ShareShard.java",
                "if (known != null && stateEpoch < known.stateEpoch()) {\n            out.answer(ticket, fencedState(known));\n"
                        + "            return;",
                "if (known != null && stateEpoch < -1) {\n            out.answer(ticket, fencedState(known));\n"
                        + "            return;"),
        LEADERS_THAT_WERE_REPLACED_WRITE_ON(
                COORDINATOR + "ShareShard.java",
                "if (known != null && leaderEpoch >= 0 && leaderEpoch < known.leaderEpoch()) {",
                "if (known != null && leaderEpoch < -1) {"),
        STATES_OF_BEFORE_ARE_WRITTEN_TO(
                COORDINATOR + "ShareShard.java",
                "} else if (stateEpoch != known.stateEpoch() || known.isLate(update)) {",
                "} else if (known.isLate(update)) {"),
        LATE_WRITES_COUNT(
                COORDINATOR + "ShareState.java",
                "return update.order() != WriteOrder.NONE && update.order() <= order;",
                "return update.order() < WriteOrder.NONE;"),
        LEADERS_ARE_ANSWERED_BEFORE_IT_IS_STORED(
                COORDINATOR + "ShareShard.java",
                "            store(key, next, update.batches(), now, out);\n            out.answer(ticket, Outcome.DONE);",
                "            store(key, next, update.batches(), now, out);\n            out.answerAtOnce(ticket, Outcome.DONE);");

        final List<Edit> edits;

        Bug(String source, String sound, String broken) {
            edits = List.of(new Edit(source, sound, broken));
        }
    }

    @ParameterizedTest
    @EnumSource
    void finds(Bug bug, @TempDir Path folder) throws Exception {
        BrokenSources.compile(bug.name(), bug.edits, folder);
        String found = BrokenSources.firstFailure(folder, Broken.class, SEEDS);
        assertThat(found)
                .as("what is found with %s within %d seeds", bug, SEEDS)
                .isNotNull();
        System.out.println(bug + " is found: " + found);
    }

    /// Runs seeds of the simulation until one fails. Called in a class loader of its own, with nothing but what the JDK
    /// has.
    public static final class Broken {
        private Broken() {}

        /// The first seed that fails, and how, in one line; null if none does.
        public static @Nullable String firstFailure(int seeds) {
            for (long seed = 1; seed <= seeds; seed++) {
                try {
                    ShareFaultsRun.run(seed);
                } catch (AssertionError | RuntimeException e) {
                    return "seed " + seed + ": "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse("");
                }
            }
            return null;
        }
    }
}
