package io.kurier.coordinator.group.offsets;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/// Offsets that were committed in transactions which have not ended (KIP-98). Of two commits of one partition the one
/// that was written later holds, whichever transaction ends first: so says the log after compaction, too.
public final class PendingOffsets {
    private final Map<Long, Map<Key, Pending>> byProducer = new HashMap<>();
    private long lastOrder;

    private record Key(String groupId, TopicPartition partition) {}

    private record Pending(long order, CommittedOffset offset) {}

    /// An offset that holds from now on.
    public record Settled(String groupId, TopicPartition partition, CommittedOffset offset) {}

    /// A producer commits an offset, which is to hold when its transaction commits.
    public void add(long producerId, String groupId, TopicPartition partition, CommittedOffset offset) {
        byProducer
                .computeIfAbsent(producerId, id -> new LinkedHashMap<>())
                .put(new Key(groupId, partition), new Pending(++lastOrder, offset));
    }

    /// An offset was set, or removed, outside of transactions: what is pending for it is outdated.
    public void outdate(String groupId, TopicPartition partition) {
        if (!byProducer.isEmpty()) {
            forget(new Key(groupId, partition), Long.MAX_VALUE);
        }
    }

    private void forget(Key key, long upTo) {
        byProducer.values().forEach(pending -> {
            Pending known = pending.get(key);
            if (known != null && known.order() < upTo) {
                pending.remove(key);
            }
        });
    }

    /// A producer's transaction has ended: the offsets that hold now, none if it was aborted.
    public List<Settled> end(long producerId, boolean commit) {
        Map<Key, Pending> pending = byProducer.remove(producerId);
        List<Settled> settled = new ArrayList<>();
        if (pending != null && commit) {
            pending.forEach((key, value) -> {
                forget(key, value.order());
                settled.add(new Settled(key.groupId(), key.partition(), value.offset()));
            });
        }
        return settled;
    }

    /// True if a transaction may change this offset.
    public boolean isPending(String groupId, TopicPartition partition) {
        Key key = new Key(groupId, partition);
        return byProducer.values().stream().anyMatch(pending -> pending.containsKey(key));
    }
}
