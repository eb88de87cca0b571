package io.kurier.coordinator.txn;

import io.kurier.coordinator.runtime.Effects;
import io.kurier.coordinator.runtime.Ticket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;

/// Requests that begin a transaction while the markers of the one before are written, by transactional id.
final class Waiting {
    private static final int MAX_FOR_ONE_ID = 100;

    private final Map<String, List<One>> waiting = new HashMap<>();

    /// One of them.
    record One(TxnShard.Asking asking, Set<TopicPartition> partitions, Ticket<Errors> ticket) {
        void giveUp(Effects out) {
            out.answer(ticket, Errors.CONCURRENT_TRANSACTIONS);
        }
    }

    boolean hasRoom(String id) {
        return waiting.getOrDefault(id, List.of()).size() < MAX_FOR_ONE_ID;
    }

    void add(String id, One one) {
        waiting.computeIfAbsent(id, name -> new ArrayList<>()).add(one);
    }

    List<One> take(String id) {
        List<One> taken = waiting.remove(id);
        return taken == null ? List.of() : taken;
    }
}
