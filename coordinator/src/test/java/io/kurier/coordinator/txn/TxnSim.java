package io.kurier.coordinator.txn;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.coordinator.MemoryCoordinatorLog;
import io.kurier.coordinator.MemoryCoordinatorLog.Fate;
import io.kurier.coordinator.txn.SimTxnClient.Value;
import io.kurier.coordinator.txn.TxnFixture.Producer;
import io.kurier.testkit.Seeds;
import io.kurier.testkit.SimWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData.AddPartitionsToTxnTopic;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData.AddPartitionsToTxnTransaction;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData.AddPartitionsToTxnTransactionCollection;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// Producers of both versions that crash, hang, come back and fence each other, whose requests are lost, doubled and
/// late, on a coordinator whose log is slow and fails and whose shard moves away and back, with markers that are slow
/// and get lost. Always: a value is committed in all of its partitions or in none, as its producer was told. In the
/// end no transaction is open.
class TxnSim {
    static final int PARTITIONS = 3;
    static final int TIMEOUT_MS = 8_000;
    private static final int STEPS = 400;
    /// Near the end of epochs, where producer ids change.
    private static final short LATE_EPOCH = TxnTable.LAST_EPOCH - 8;

    @Test
    void anyWeather() {
        Seeds.each(60, TxnSim::run);
    }

    static void run(long seed) {
        new World(seed).go();
    }

    /// The coordinator, its partitions, its producers.
    static final class World implements MarkerSink {
        private final Random random;
        private final SimWorld sim;
        private final MemoryCoordinatorLog log;
        private final TransactionCoordinator coordinator;
        private final List<SimTxnPartition> partitions = IntStream.range(0, PARTITIONS)
                .mapToObj(p -> new SimTxnPartition())
                .toList();
        private final List<SimTxnClient> clients = new ArrayList<>();
        private final List<Value> values = new ArrayList<>();
        private long lastProducerId = 99;
        private int epoch = 1;

        World(long seed) {
            random = new Random(seed);
            sim = SimWorld.shuffled(seed);
            log = new MemoryCoordinatorLog(sim.timers());
            coordinator = new TransactionCoordinator(
                    sim.world(),
                    new TransactionCoordinator.Outside(
                            log, () -> CompletableFuture.completedFuture(++lastProducerId), this, () -> 1),
                    TxnSettings.defaults());
            int ids = 1 + random.nextInt(3);
            for (int i = 0; i < ids; i++) {
                String id = "tx" + i;
                if (random.nextBoolean()) {
                    Txn late = Txn.first(
                            id, ++lastProducerId, TIMEOUT_MS, sim.clock().wallMs());
                    log.put(
                            0,
                            TxnRecords.of(late.renewed(
                                    late.producerId(),
                                    LATE_EPOCH,
                                    Txn.NO_EPOCH,
                                    TIMEOUT_MS,
                                    sim.clock().wallMs())));
                }
                boolean two = random.nextBoolean();
                for (int instance = 1 + random.nextInt(3); instance > 0; instance--) {
                    clients.add(new SimTxnClient(this, random, id, two));
                }
            }
            coordinator.becomeLeader(0, epoch);
        }

        TransactionCoordinator coordinator() {
            return coordinator;
        }

        long nowMs() {
            return sim.clock().wallMs();
        }

        Value newValue() {
            Value value = new Value(values.size());
            values.add(value);
            return value;
        }

        CompletableFuture<Errors> add(String id, Producer by, boolean verifyOnly, List<Integer> wanted) {
            AddPartitionsToTxnTransaction asked = new AddPartitionsToTxnTransaction()
                    .setTransactionalId(id)
                    .setProducerId(by.id())
                    .setProducerEpoch(by.epoch())
                    .setVerifyOnly(verifyOnly);
            asked.topics().add(new AddPartitionsToTxnTopic().setName("t").setPartitions(wanted));
            var request = new AddPartitionsToTxnRequestData()
                    .setTransactions(new AddPartitionsToTxnTransactionCollection(
                            List.of(asked).iterator()));
            return coordinator
                    .addPartitions(TxnFixture.caller(5), request, Set.of())
                    .thenApply(answer -> Errors.forCode(answer.resultsByTransaction()
                            .find(id)
                            .topicResults()
                            .iterator()
                            .next()
                            .resultsByPartition()
                            .iterator()
                            .next()
                            .partitionErrorCode()));
        }

        /// As a partition's leader does it: the first record of a transaction is verified, or adds the partition.
        CompletableFuture<Errors> append(String id, Producer by, boolean two, int partition, int value) {
            SimTxnPartition to = partitions.get(partition);
            int markers = to.markersOf(by.id());
            if (to.isOpen(by)) {
                return CompletableFuture.completedFuture(to.append(by, value, markers));
            }
            return add(id, by, !two, List.of(partition))
                    .thenApply(error -> error == Errors.NONE ? to.append(by, value, markers) : error);
        }

        @Override
        public void send(EndingTxn ending, BooleanSupplier wanted, Runnable written) {
            write(ending, new HashSet<>(ending.partitions()), wanted, written);
        }

        private void write(EndingTxn ending, Set<TopicPartition> missing, BooleanSupplier wanted, Runnable written) {
            var _ = sim.timers().after(TimeUnit.MILLISECONDS.toNanos(random.nextInt(400)), () -> {
                missing.removeIf(partition -> random.nextInt(3) != 0
                        && partitions.get(partition.partition()).mark(ending));
                if (missing.isEmpty()) {
                    written.run();
                } else if (wanted.getAsBoolean()) {
                    write(ending, missing, wanted, written);
                }
            });
        }

        void go() {
            int slowMs = random.nextInt(200);
            int failuresInThousand = random.nextInt(30);
            log.commitAfterMs(() -> slowMs == 0 ? 0 : random.nextInt(slowMs));
            List<Fate> failures = List.of(Fate.REFUSED, Fate.LOST, Fate.KEPT_UNKNOWN);
            log.decide(() ->
                    random.nextInt(1_000) < failuresInThousand ? failures.get(random.nextInt(3)) : Fate.COMMITTED);
            for (int step = 0; step < STEPS; step++) {
                disturb();
                step(random.nextInt(300));
                check();
            }
            log.decide(() -> Fate.COMMITTED);
            clients.forEach(SimTxnClient::crash);
            for (int step = 0; step < 60; step++) {
                step(1_000);
            }
            check();
            for (SimTxnPartition partition : partitions) {
                assertThat(partition.open()).as("values that hang").isEmpty();
            }
            assertThat(values).isNotEmpty();
        }

        private void step(int ms) {
            sim.advance(Duration.ofMillis(ms));
            clients.forEach(SimTxnClient::tick);
            sim.settle();
        }

        private void disturb() {
            SimTxnClient one = clients.get(random.nextInt(clients.size()));
            switch (random.nextInt(40)) {
                case 0, 1, 2, 3 -> {
                    if (one.isOut()) {
                        one.start();
                    }
                }
                case 4 -> one.crash();
                case 5 -> step(random.nextInt(15_000)); // nobody gets to do anything for a while
                case 6 -> {
                    coordinator.resign(0, epoch);
                    coordinator.becomeLeader(0, ++epoch);
                }
                default -> {}
            }
        }

        private void check() {
            for (Value value : values) {
                Set<Integer> committed = where(value, true);
                Set<Integer> aborted = where(value, false);
                assertThat(committed.isEmpty() || aborted.isEmpty())
                        .as("value %d is committed in %s and aborted in %s", value.number, committed, aborted)
                        .isTrue();
                if (Boolean.TRUE.equals(value.committed)) {
                    assertThat(aborted)
                            .as("where value %d, which was committed, is aborted", value.number)
                            .isEmpty();
                }
                if (Boolean.FALSE.equals(value.committed)) {
                    assertThat(committed)
                            .as("where value %d, which was aborted, is committed", value.number)
                            .isEmpty();
                }
            }
        }

        private Set<Integer> where(Value value, boolean committed) {
            Set<Integer> where = new HashSet<>();
            for (int p = 0; p < PARTITIONS; p++) {
                SimTxnPartition partition = partitions.get(p);
                if ((committed ? partition.committed : partition.aborted).contains(value.number)) {
                    where.add(p);
                }
            }
            return where;
        }
    }
}
