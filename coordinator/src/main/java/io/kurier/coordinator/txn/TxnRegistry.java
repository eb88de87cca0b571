package io.kurier.coordinator.txn;

import io.kurier.coordinator.runtime.Effects;
import io.kurier.coordinator.runtime.Moment;
import io.kurier.coordinator.runtime.Ticket;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.DescribeTransactionsResponseData;
import org.apache.kafka.common.message.DescribeTransactionsResponseData.TopicData;
import org.apache.kafka.common.message.ListTransactionsResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// The transactional ids of one shard, and what an administrator sees of them (KIP-664).
final class TxnRegistry {
    /// In one shard. Nobody needs as many; whoever makes up names gets no further.
    private static final int MAX_IDS = 200_000;

    private final Map<String, Txn> txns = new HashMap<>();

    /// What one shard says to ListTransactions.
    record Listing(Errors error, List<ListTransactionsResponseData.TransactionState> transactions) {}

    boolean isFull() {
        return txns.size() >= MAX_IDS;
    }

    @Nullable
    Txn find(String id) {
        return txns.get(id);
    }

    void put(Txn txn) {
        txns.put(txn.id(), txn);
    }

    void remove(String id) {
        txns.remove(id);
    }

    /// A copy: ids may be changed while it is read.
    List<Txn> snapshot() {
        return List.copyOf(txns.values());
    }

    Collection<Txn> all() {
        return txns.values();
    }

    void list(TxnFilter filter, Ticket<Listing> ticket, Moment now, Effects out) {
        out.answer(
                ticket,
                new Listing(
                        Errors.NONE,
                        txns.values().stream()
                                .filter(txn -> filter.takes(txn, now.wallMs()))
                                .map(txn -> new ListTransactionsResponseData.TransactionState()
                                        .setTransactionalId(txn.id())
                                        .setProducerId(txn.producerId())
                                        .setTransactionState(txn.state().shown()))
                                .toList()));
    }

    void describe(String id, Ticket<DescribeTransactionsResponseData.TransactionState> ticket, Effects out) {
        Txn txn = txns.get(id);
        var answer = new DescribeTransactionsResponseData.TransactionState().setTransactionalId(id);
        if (txn == null) {
            out.answer(ticket, answer.setErrorCode(Errors.TRANSACTIONAL_ID_NOT_FOUND.code()));
            return;
        }
        answer.setTransactionState(txn.state().shown())
                .setTransactionTimeoutMs(txn.timeoutMs())
                .setTransactionStartTimeMs(txn.startMs())
                .setProducerId(txn.producerId())
                .setProducerEpoch(txn.epoch());
        Partitions.byTopic(txn.partitions())
                .forEach((topic, partitions) ->
                        answer.topics().add(new TopicData().setTopic(topic).setPartitions(partitions)));
        out.answer(ticket, answer);
    }
}
