package io.kurier.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.planted.BrokenSources;
import io.kurier.testkit.planted.BrokenSources.Edit;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A simulation that finds nothing proves nothing: each of these defects of the group coordinator must be found by one
/// of its simulations, within a number of seeds.
class PlantedGroupBugsSim {
    private static final int SEEDS = Integer.getInteger("kurier.planted.seeds", 300);
    private static final String GROUP = "coordinator/src/main/java/io/kurier/coordinator/group/";

    enum Bug {
        A_PARTITION_GOES_TO_THE_NEXT_BEFORE_IT_IS_GIVEN_UP(
                "consumer/Standing.java",
                "if (!revoked.isEmpty() && stillReads(revoked, owned)) {",
                "if (revoked.size() > 1_000) {"),
        SILENCE_COUNTS_AS_GIVING_UP(
                "consumer/Standing.java",
                "return owned == null || places.keySet().stream().anyMatch(owned::contains);",
                "return owned != null && places.keySet().stream().anyMatch(owned::contains);"),
        WHAT_IS_BEING_TAKEN_COUNTS_AS_GIVEN_UP(
                "consumer/Membership.java",
                "member.takesFirst = takesFirst(group, member);",
                "member.takesFirst = tookFirst && takesFirst(group, member);"),
        A_NEW_COORDINATOR_TAKES_IT_THAT_ALL_IS_TAKEN(
                "consumer/ConsumerProtocol.java", "            Membership.restored(member);\n", ""),
        WHAT_STREAMS_ARE_TAKING_COUNTS_AS_GIVEN_UP(
                "streams/Reconciliation.java", "before.isToTakeFirst(target, free, member.said);", "false;"),
        OLD_REQUESTS_ARE_BELIEVED(
                "consumer/ConsumerProtocol.java",
                "return request.memberEpoch() < member.standing.epoch() && member.knowsItsEpoch;",
                "return false;"),
        MEMBERS_ARE_TOLD_BEFORE_IT_IS_STORED(
                "GroupShard.java",
                "            out.answer(\n                    ticket,\n                    request.memberEpoch() < 0\n",
                "            out.answerAtOnce(\n                    ticket,\n                    request.memberEpoch() < 0\n"),
        MEMBERS_ARE_NOT_WAITED_FOR_AFTER_A_RESTART(
                "consumer/ConsumerProtocol.java",
                "            Membership.watchRevocation(member, now);\n            membership.heardOf(group, member, now, out);\n",
                ""),
        CLASSIC_MEMBERS_THAT_COME_ARE_NOT_STORED(
                "consumer/Membership.java",
                "        out.write(ConsumerRecords.member(group.id, member, now.wallMs()));\n"
                        + "        return !told.wishes()",
                "        if (told.classic() == null) {\n"
                        + "            out.write(ConsumerRecords.member(group.id, member, now.wallMs()));\n"
                        + "        }\n        return !told.wishes()"),
        AN_UPGRADE_FORGETS_WHO_READS_WHAT(
                "consumer/ClassicHandover.java",
                "if (taken.add(place)) {",
                "if (partition % 2 == 0 && taken.add(place)) {"),
        COMMITS_ARE_ACKNOWLEDGED_BEFORE_THEY_ARE_STORED(
                "OffsetEvents.java",
                "out.answer(ticket, commit.answer());",
                "out.answerAtOnce(ticket, commit.answer());"),
        ANY_GENERATION_MAY_COMMIT(
                "classic/ClassicProtocol.java",
                "return generation == group.generation ? Errors.NONE : Errors.ILLEGAL_GENERATION;",
                "return Errors.NONE;");

        final List<Edit> edits;

        Bug(String source, String sound, String broken) {
            edits = List.of(new Edit(GROUP + source, sound, broken));
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

    /// Runs seeds of all simulations of groups until one fails. Called in a class loader of its own, with nothing but
    /// what the JDK has.
    public static final class Broken {
        private Broken() {}

        /// The first seed that fails, and how, in one line; null if none does.
        public static @Nullable String firstFailure(int seeds) {
            List<LongConsumer> simulations =
                    List.of(ConsumerGroupSim::run, MigrationSim::run, ClassicGroupSim::run, StreamsGroupSim::run);
            for (long seed = 1; seed <= seeds; seed++) {
                for (LongConsumer simulation : simulations) {
                    try {
                        simulation.accept(seed);
                    } catch (AssertionError | RuntimeException e) {
                        return "seed " + seed + ": "
                                + String.valueOf(e.getMessage())
                                        .lines()
                                        .findFirst()
                                        .orElse("");
                    }
                }
            }
            return null;
        }
    }
}
