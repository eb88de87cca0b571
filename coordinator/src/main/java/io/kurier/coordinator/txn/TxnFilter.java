package io.kurier.coordinator.txn;

import com.google.re2j.Pattern;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.message.ListTransactionsRequestData;
import org.jspecify.annotations.Nullable;

/// Which transactions a ListTransactions request asks for (KIP-664, 994, 1152). What is empty lets all pass.
///
/// @param states shown names
/// @param unknownStates names that are no states
/// @param minDurationMs only those that run for longer; negative for all
/// @param pattern of the whole transactional id; null for all
record TxnFilter(
        Set<String> states,
        List<String> unknownStates,
        Set<Long> producerIds,
        long minDurationMs,
        @Nullable Pattern pattern) {
    /// Names of states that Apache Kafka has besides ours; no transaction is ever seen in them here.
    private static final Set<String> NEVER_SEEN = Set.of("Dead", "PrepareEpochFence");

    /// @throws com.google.re2j.PatternSyntaxException if the pattern is none
    static TxnFilter of(ListTransactionsRequestData request) {
        Set<String> known =
                Arrays.stream(TxnState.values()).map(TxnState::shown).collect(Collectors.toSet());
        List<String> unknown = request.stateFilters().stream()
                .filter(state -> !known.contains(state) && !NEVER_SEEN.contains(state))
                .toList();
        String pattern = request.transactionalIdPattern();
        return new TxnFilter(
                Set.copyOf(request.stateFilters()),
                unknown,
                Set.copyOf(request.producerIdFilters()),
                request.durationFilter(),
                pattern == null || pattern.isEmpty() ? null : Pattern.compile(pattern));
    }

    boolean takes(Txn txn, long nowMs) {
        return (states.isEmpty() || states.contains(txn.state().shown()))
                && (producerIds.isEmpty() || producerIds.contains(txn.producerId()))
                && (minDurationMs < 0 || (txn.startMs() >= 0 && nowMs - txn.startMs() > minDurationMs))
                && (pattern == null || pattern.matches(txn.id()));
    }
}
