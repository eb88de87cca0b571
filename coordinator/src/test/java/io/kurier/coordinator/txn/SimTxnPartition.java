package io.kurier.coordinator.txn;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.protocol.Errors;

/// A partition as far as transactions go: open records by producer, ended by markers. Keeps the rules of real ones:
/// records of an older epoch, and markers of an older producer or coordinator, are refused; and what was verified holds
/// only until the producer's next marker.
final class SimTxnPartition {
    private final Map<Long, State> producers = new HashMap<>();
    final Set<Integer> committed = new HashSet<>();
    final Set<Integer> aborted = new HashSet<>();

    private static final class State {
        short epoch = -1;
        int coordinatorEpoch = -1;
        int markers;
        final List<Integer> open = new ArrayList<>();
    }

    private State of(long producerId) {
        return producers.computeIfAbsent(producerId, id -> new State());
    }

    /// How many markers a producer has had: taken before a verification, it is compared when that is answered.
    int markersOf(long producerId) {
        return of(producerId).markers;
    }

    boolean isOpen(TxnFixture.Producer by) {
        State state = of(by.id());
        return state.epoch == by.epoch() && !state.open.isEmpty();
    }

    /// @param markers as they were before the transaction was verified
    Errors append(TxnFixture.Producer by, int value, int markers) {
        State state = of(by.id());
        if (by.epoch() < state.epoch) {
            return Errors.INVALID_PRODUCER_EPOCH;
        }
        if (markers != state.markers) { // a late one; sequence numbers tell it apart in a real partition
            return Errors.INVALID_TXN_STATE;
        }
        state.epoch = by.epoch();
        state.open.add(value);
        return Errors.NONE;
    }

    /// False if a newer coordinator has spoken. A marker that belongs before an epoch comes once (KIP-1228).
    boolean mark(EndingTxn ending) {
        State state = of(ending.producerId());
        if (ending.epoch() < state.epoch || ending.clientVersion() >= 2 && ending.epoch() == state.epoch) {
            return true; // who took the producer to this epoch has ended what was open
        }
        if (ending.coordinatorEpoch() < state.coordinatorEpoch) {
            return false;
        }
        state.coordinatorEpoch = ending.coordinatorEpoch();
        state.epoch = ending.epoch();
        state.markers++;
        (ending.commit() ? committed : aborted).addAll(state.open);
        state.open.clear();
        return true;
    }

    Set<Integer> open() {
        Set<Integer> open = new HashSet<>();
        producers.values().forEach(state -> open.addAll(state.open));
        return open;
    }
}
