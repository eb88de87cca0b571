package io.kurier.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// What the consumers of a simulation were told, and what must hold of it.
final class SimHistory {
    private final List<CompletableFuture<?>> asked = new ArrayList<>();
    private final Map<Integer, Map<Integer, String>> ownersByGeneration = new HashMap<>();
    private final Map<Integer, Long> attempted = new HashMap<>();
    private final Map<Integer, Long> acknowledged = new HashMap<>();
    private final Map<Integer, List<Map<String, String>>> decisions = new HashMap<>();
    private int highestAssigned;
    private @Nullable Throwable firstFailure;

    /// Remembers a request, and handles its answer. What the handler throws comes out of [#everythingHeld()].
    <A> void asked(CompletableFuture<A> answer, Consumer<A> handler) {
        asked.add(answer);
        CompletableFuture<Void> _ = answer.thenAccept(handler).whenComplete((done, failure) -> {
            if (failure != null && firstFailure == null) {
                firstFailure = failure.getCause();
            }
        });
        if (asked.size() > 1_000) {
            asked.removeIf(CompletableFuture::isDone);
        }
    }

    void everythingHeld() {
        if (firstFailure != null) {
            throw new AssertionError(firstFailure.getMessage(), firstFailure);
        }
    }

    void everythingIsAnswered() {
        assertThat(asked).allSatisfy(answer -> assertThat(answer).isCompleted());
    }

    void joined(int generation) {
        assertThat(generation).as("a generation that was handed out is over").isGreaterThanOrEqualTo(highestAssigned);
    }

    /// No partition has two owners in one generation. A static member is one owner under whatever id.
    void assigned(int generation, String owner, Set<Integer> partitions) {
        highestAssigned = Math.max(highestAssigned, generation);
        Map<Integer, String> owners = ownersByGeneration.computeIfAbsent(generation, number -> new HashMap<>());
        for (int partition : partitions) {
            String before = owners.putIfAbsent(partition, owner);
            assertThat(before == null ? owner : before)
                    .as("owner of partition %d in generation %d", partition, generation)
                    .isEqualTo(owner);
        }
    }

    /// What a leader decided in a generation.
    void decided(int generation, Map<String, String> assignments) {
        decisions.computeIfAbsent(generation, number -> new ArrayList<>()).add(assignments);
    }

    /// A member was handed what a leader of that very generation decided.
    void handedOut(int generation, String memberId, String assignment) {
        assertThat(decisions.getOrDefault(generation, List.of()))
                .as("decisions of generation %d for %s", generation, memberId)
                .anyMatch(assignments -> assignments.getOrDefault(memberId, "").equals(assignment));
    }

    /// True if a later generation was handed out already.
    boolean isOver(int generation) {
        return generation < highestAssigned;
    }

    void refused(Errors error) {
        assertThat(error).as("answer to a request of a generation that is over").isNotEqualTo(Errors.NONE);
    }

    int generations() {
        return ownersByGeneration.size();
    }

    int acknowledgedPartitions() {
        return acknowledged.size();
    }

    long nextOffset(int partition) {
        return attempted.merge(partition, 1L, Long::sum);
    }

    void committed(int partition, long offset) {
        acknowledged.merge(partition, offset, Math::max);
    }

    /// The least that a fetch may answer from now on.
    long acknowledged(int partition) {
        return acknowledged.getOrDefault(partition, -1L);
    }

    void fetched(int partition, long atLeast, long offset) {
        assertThat(offset)
                .as("committed offset of partition %d", partition)
                .isGreaterThanOrEqualTo(atLeast)
                .isLessThanOrEqualTo(attempted.getOrDefault(partition, -1L));
    }
}
