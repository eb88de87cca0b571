package io.kurier.broker.transaction;

import io.kurier.cluster.ClusterView;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.coordinator.txn.EndingTxn;
import io.kurier.coordinator.txn.MarkerSink;
import io.kurier.kernel.World;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.WriteTxnMarkersResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes the end of transactions to the leaders of their partitions, those of this node included, until each has it.
/// To each node goes one request at a time, with all that has collected meanwhile.
public final class MarkerSender implements MarkerSink, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MarkerSender.class);
    private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(50);
    /// A topic that is not known for so long is deleted, and not new.
    private static final long GONE_NS = TimeUnit.SECONDS.toNanos(1);
    private static final int MOST_AT_ONCE = 1_000;

    private final World world;
    private final int nodeId;
    private final ClusterView cluster;
    private final PartitionMarkers local;
    private final NodeCalls calls;
    private final Executor executor;

    // on the executor alone
    private final Map<Integer, List<Part>> outboxes = new HashMap<>();
    private final Set<Integer> busy = new HashSet<>();
    private boolean closed;

    /// A transaction, and where its marker is missing.
    private static final class Ending {
        final EndingTxn txn;
        final BooleanSupplier wanted;
        final Runnable written;
        final Set<TopicPartition> open;
        final long sinceNs;

        Ending(EndingTxn txn, BooleanSupplier wanted, Runnable written, long sinceNs) {
            this.txn = txn;
            this.wanted = wanted;
            this.written = written;
            this.open = new HashSet<>(txn.partitions());
            this.sinceNs = sinceNs;
        }

        Marker marker() {
            return new Marker(
                    txn.producerId(), txn.epoch(), txn.coordinatorEpoch(), txn.commit(), txn.clientVersion() >= 2);
        }
    }

    /// What one node is to be told of one transaction.
    private record Part(Ending ending, Set<TopicPartition> partitions) {}

    public MarkerSender(World world, int nodeId, ClusterView cluster, PartitionMarkers local, NodeCalls calls) {
        this.world = world;
        this.nodeId = nodeId;
        this.cluster = cluster;
        this.local = local;
        this.calls = calls;
        this.executor = world.threads().serial("transaction-markers");
    }

    @Override
    public void send(EndingTxn txn, BooleanSupplier wanted, Runnable written) {
        executor.execute(() -> {
            Ending ending = new Ending(txn, wanted, written, world.clock().nanos());
            place(ending, Set.copyOf(ending.open));
            finish(ending);
        });
    }

    private void place(Ending ending, Set<TopicPartition> partitions) {
        if (closed || !ending.wanted.getAsBoolean()) {
            return;
        }
        Map<Integer, Set<TopicPartition>> byLeader = new HashMap<>();
        for (TopicPartition partition : partitions) {
            PartitionImage state = cluster.image().partition(partition.topic(), partition.partition());
            if (state == null && world.clock().nanos() - ending.sinceNs > GONE_NS) {
                ending.open.remove(partition);
            } else {
                int leader = state == null ? -1 : state.leader();
                byLeader.computeIfAbsent(leader, node -> new HashSet<>()).add(partition);
            }
        }
        byLeader.forEach((leader, led) -> {
            if (leader < 0) {
                later(ending, led);
            } else if (leader == nodeId) {
                led.forEach(partition -> world.threads().slow().execute(() -> writeHere(ending, partition)));
            } else {
                outboxes.computeIfAbsent(leader, node -> new ArrayList<>()).add(new Part(ending, led));
                flush(leader);
            }
        });
    }

    private void later(Ending ending, Set<TopicPartition> partitions) {
        world.timers()
                .after(
                        RETRY_NS,
                        () -> executor.execute(() -> {
                            place(ending, partitions);
                            finish(ending);
                        }));
    }

    private void writeHere(Ending ending, TopicPartition partition) {
        local.write(partition, ending.marker())
                .thenAccept(outcome -> executor.execute(() -> {
                    settle(ending, Map.of(partition, outcome));
                }));
    }

    private void flush(int node) {
        List<Part> waiting = outboxes.getOrDefault(node, List.of());
        if (busy.contains(node) || waiting.isEmpty()) {
            return;
        }
        List<Part> sent = List.copyOf(waiting.subList(0, Math.min(MOST_AT_ONCE, waiting.size())));
        waiting.subList(0, sent.size()).clear();
        busy.add(node);
        CompletableFuture<WriteTxnMarkersResponseData> answer = calls.ask(
                node,
                MarkerMessages.request(sent.stream().map(MarkerSender::said).toList()),
                WriteTxnMarkersResponseData.class);
        answer.whenComplete((markers, failure) -> executor.execute(() -> {
            busy.remove(node);
            if (failure != null) {
                LOG.debug("Node {} did not take markers: {}", node, failure.toString());
            }
            MarkerMessages.Outcomes outcomes =
                    failure == null ? MarkerMessages.outcomes(markers) : MarkerMessages.Outcomes.NONE;
            for (Part part : sent) {
                Map<TopicPartition, Errors> outcome = new HashMap<>();
                part.partitions()
                        .forEach(partition -> outcome.put(
                                partition, outcomes.of(part.ending().txn.producerId(), partition)));
                settle(part.ending(), outcome);
            }
            flush(node);
        }));
    }

    private static MarkerMessages.Said said(Part part) {
        return new MarkerMessages.Said(part.ending().marker(), part.partitions());
    }

    private void settle(Ending ending, Map<TopicPartition, Errors> outcomes) {
        Set<TopicPartition> again = new HashSet<>();
        outcomes.forEach((partition, outcome) -> {
            switch (outcome) {
                // A later epoch is there already: whoever took the producer to it has ended what was open.
                case NONE, INVALID_PRODUCER_EPOCH, PRODUCER_FENCED -> ending.open.remove(partition);
                case TRANSACTION_COORDINATOR_FENCED ->
                    LOG.info(
                            "{} has a marker of a later coordinator; this node leaves the end of the transaction of {}"
                                    + " to that one",
                            partition,
                            ending.txn.transactionalId());
                default -> again.add(partition);
            }
        });
        if (!again.isEmpty()) {
            later(ending, again);
        }
        finish(ending);
    }

    private static void finish(Ending ending) {
        if (ending.open.isEmpty() && ending.wanted.getAsBoolean()) {
            ending.written.run();
        }
    }

    @Override
    public void close() {
        executor.execute(() -> closed = true);
    }
}
