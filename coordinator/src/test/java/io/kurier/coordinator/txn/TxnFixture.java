package io.kurier.coordinator.txn;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.coordinator.Caller;
import io.kurier.coordinator.MemoryCoordinatorLog;
import io.kurier.testkit.SimWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData.AddPartitionsToTxnTopic;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData.AddPartitionsToTxnTransaction;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData.AddPartitionsToTxnTransactionCollection;
import org.apache.kafka.common.message.AddPartitionsToTxnResponseData;
import org.apache.kafka.common.message.DescribeTransactionsRequestData;
import org.apache.kafka.common.message.DescribeTransactionsResponseData.TransactionState;
import org.apache.kafka.common.message.EndTxnRequestData;
import org.apache.kafka.common.message.EndTxnResponseData;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.protocol.Errors;

/// A transaction coordinator in a world that stands still until it is told to go on. Markers are written when
/// [#writeMarkers] is called.
final class TxnFixture implements MarkerSink {
    static final String ID = "tx";
    static final TopicPartition T0 = new TopicPartition("t", 0);

    final SimWorld sim = SimWorld.inOrder(1);
    final MemoryCoordinatorLog log = new MemoryCoordinatorLog(sim.timers());
    final TransactionCoordinator coordinator;
    final List<Sent> sent = new ArrayList<>();
    private long lastProducerId = 99;
    private int epoch = 1;

    record Sent(EndingTxn ending, BooleanSupplier wanted, Runnable written) {}

    /// A producer as its answers made it.
    record Producer(long id, short epoch) {
        Producer at(int distance) {
            return new Producer(id, (short) (epoch + distance));
        }
    }

    TxnFixture() {
        this(TxnSettings.defaults());
    }

    TxnFixture(TxnSettings settings) {
        coordinator = new TransactionCoordinator(
                sim.world(),
                new TransactionCoordinator.Outside(
                        log, () -> CompletableFuture.completedFuture(++lastProducerId), this, () -> 1),
                settings);
        coordinator.becomeLeader(0, epoch);
        sim.settle();
    }

    @Override
    public void send(EndingTxn ending, BooleanSupplier wanted, Runnable written) {
        sent.add(new Sent(ending, wanted, written));
    }

    /// All markers that were asked for are written, as far as anybody wants them.
    void writeMarkers() {
        List<Sent> all = List.copyOf(sent);
        sent.clear();
        all.stream()
                .filter(one -> one.wanted().getAsBoolean())
                .forEach(one -> one.written().run());
        sim.settle();
    }

    /// The node loses the partition and gets it back.
    void reload() {
        coordinator.resign(0, epoch);
        coordinator.becomeLeader(0, ++epoch);
        sim.settle();
    }

    void pass(long ms) {
        sim.advance(Duration.ofMillis(ms));
    }

    /// The answer, which must be there without any time passing.
    <A> A now(CompletableFuture<A> answer) {
        sim.settle();
        assertThat(answer).as("answer at once").isCompleted();
        return answer.join();
    }

    static Caller caller(int version) {
        return new Caller((short) version, "client", "/127.0.0.1");
    }

    InitProducerIdResponseData init(Producer known) {
        return now(coordinator.initProducerId(caller(5), initRequest(known)));
    }

    static InitProducerIdRequestData initRequest(Producer known) {
        return new InitProducerIdRequestData()
                .setTransactionalId(ID)
                .setTransactionTimeoutMs(60_000)
                .setProducerId(known.id())
                .setProducerEpoch(known.epoch());
    }

    static final Producer NOBODY = new Producer(-1, (short) -1);

    Producer producer() {
        InitProducerIdResponseData answer = init(NOBODY);
        assertThat(Errors.forCode(answer.errorCode())).isEqualTo(Errors.NONE);
        return new Producer(answer.producerId(), answer.producerEpoch());
    }

    CompletableFuture<Errors> addLater(Producer by, boolean verifyOnly, TopicPartition... partitions) {
        AddPartitionsToTxnTransaction asked = new AddPartitionsToTxnTransaction()
                .setTransactionalId(ID)
                .setProducerId(by.id())
                .setProducerEpoch(by.epoch())
                .setVerifyOnly(verifyOnly);
        for (TopicPartition partition : partitions) {
            asked.topics()
                    .add(new AddPartitionsToTxnTopic()
                            .setName(partition.topic())
                            .setPartitions(List.of(partition.partition())));
        }
        var request = new AddPartitionsToTxnRequestData()
                .setTransactions(new AddPartitionsToTxnTransactionCollection(
                        List.of(asked).iterator()));
        return coordinator.addPartitions(caller(5), request, Set.of()).thenApply(TxnFixture::only);
    }

    private static Errors only(AddPartitionsToTxnResponseData answer) {
        return Errors.forCode(answer.resultsByTransaction()
                .find(ID)
                .topicResults()
                .iterator()
                .next()
                .resultsByPartition()
                .iterator()
                .next()
                .partitionErrorCode());
    }

    Errors add(Producer by, TopicPartition... partitions) {
        return now(addLater(by, false, partitions));
    }

    Errors verify(Producer by, TopicPartition... partitions) {
        return now(addLater(by, true, partitions));
    }

    EndTxnResponseData end(Producer by, int version, boolean commit) {
        return now(coordinator.endTransaction(
                caller(version),
                new EndTxnRequestData()
                        .setTransactionalId(ID)
                        .setProducerId(by.id())
                        .setProducerEpoch(by.epoch())
                        .setCommitted(commit)));
    }

    Errors endError(Producer by, int version, boolean commit) {
        return Errors.forCode(end(by, version, commit).errorCode());
    }

    TransactionState describe() {
        return now(coordinator.describe(new DescribeTransactionsRequestData().setTransactionalIds(List.of(ID))))
                .transactionStates()
                .getFirst();
    }

    String state() {
        return describe().transactionState();
    }
}
