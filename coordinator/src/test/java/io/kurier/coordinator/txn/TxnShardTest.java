package io.kurier.coordinator.txn;

import static io.kurier.coordinator.txn.TxnFixture.T0;
import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.coordinator.MemoryCoordinatorLog.Fate;
import io.kurier.coordinator.txn.TxnFixture.Producer;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.EndTxnResponseData;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.message.ListTransactionsRequestData;
import org.apache.kafka.common.message.ListTransactionsResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What takes more than one request: ends with their markers, repetitions, timeouts, failures of the log.
class TxnShardTest {
    private static final TopicPartition T1 = new TopicPartition("t", 1);

    private final TxnFixture txns = new TxnFixture();

    private static Producer of(EndTxnResponseData answer) {
        assertThat(Errors.forCode(answer.errorCode())).isEqualTo(Errors.NONE);
        return new Producer(answer.producerId(), answer.producerEpoch());
    }

    private static Producer of(InitProducerIdResponseData answer) {
        assertThat(Errors.forCode(answer.errorCode())).isEqualTo(Errors.NONE);
        return new Producer(answer.producerId(), answer.producerEpoch());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTransactionEndsWhenItsMarkersAreWritten(boolean commit) {
        Producer first = txns.producer();
        assertThat(txns.add(first, T0, T1)).isEqualTo(Errors.NONE);
        Producer second = of(txns.end(first, 5, commit));
        assertThat(second).isEqualTo(first.at(1));
        assertThat(txns.state()).isEqualTo(commit ? "PrepareCommit" : "PrepareAbort");
        EndingTxn ending = txns.sent.getFirst().ending();
        assertThat(ending)
                .isEqualTo(new EndingTxn(0, 1, "tx", first.id(), second.epoch(), commit, (short) 2, Set.of(T0, T1)));
        txns.writeMarkers();
        assertThat(txns.state()).isEqualTo(commit ? "CompleteCommit" : "CompleteAbort");
        assertThat(of(txns.end(first, 5, commit))).as("asked again").isEqualTo(second);
        assertThat(txns.endError(first, 5, !commit))
                .isEqualTo(commit ? Errors.INVALID_TXN_STATE : Errors.PRODUCER_FENCED);
        assertThat(txns.endError(second, 5, true)).as("nothing begun").isEqualTo(Errors.TRANSACTION_ABORTABLE);
        assertThat(of(txns.end(second, 5, false))).as("aborted then").isEqualTo(first.at(2));
    }

    @Test
    void markersAreAskedForAfterTheDecisionIsStored() {
        Producer producer = txns.producer();
        txns.add(producer, T0);
        txns.log.commitAfterMs(() -> 10);
        var end = txns.coordinator.endTransaction(
                TxnFixture.caller(4),
                new org.apache.kafka.common.message.EndTxnRequestData()
                        .setTransactionalId("tx")
                        .setProducerId(producer.id())
                        .setProducerEpoch(producer.epoch())
                        .setCommitted(true));
        txns.pass(9);
        assertThat(end).isNotDone();
        assertThat(txns.sent).isEmpty();
        txns.pass(1);
        assertThat(end).isDone();
        assertThat(txns.sent).hasSize(1);
    }

    @Test
    void whoTakesOverWritesTheMarkersThatAreMissing() {
        Producer producer = txns.producer();
        txns.add(producer, T0);
        txns.end(producer, 4, true);
        TxnFixture.Sent old = txns.sent.removeFirst();
        txns.reload();
        assertThat(old.wanted().getAsBoolean())
                .as("the coordinator of epoch 1 is over")
                .isFalse();
        assertThat(txns.sent).hasSize(1);
        assertThat(txns.sent.getFirst().ending().coordinatorEpoch()).isEqualTo(2);
        assertThat(txns.sent.getFirst().ending().partitions()).containsExactly(T0);
        txns.writeMarkers();
        assertThat(txns.state()).isEqualTo("CompleteCommit");
    }

    @Test
    void theNextTransactionWaitsForTheMarkersOfTheLast() {
        Producer producer = txns.producer();
        txns.add(producer, T0);
        txns.end(producer, 4, true);
        var next = txns.addLater(producer, false, T1);
        txns.pass(50);
        assertThat(next).isNotDone();
        txns.writeMarkers();
        assertThat(txns.now(next)).isEqualTo(Errors.NONE);
        assertThat(txns.state()).isEqualTo("Ongoing");
        assertThat(txns.describe().topics().find("t").partitions()).containsExactly(1);
    }

    @Test
    void whoEndsATransactionOfNothingWaitsForTheMarkersOfTheLast() {
        Producer producer = txns.producer();
        for (boolean commit : new boolean[] {true, false}) {
            txns.add(producer, T0);
            Producer next = of(txns.end(producer, 5, commit));
            assertThat(txns.endError(next, 5, false)).isEqualTo(Errors.CONCURRENT_TRANSACTIONS);
            assertThat(txns.endError(next, 5, true)).isEqualTo(Errors.CONCURRENT_TRANSACTIONS);
            txns.writeMarkers();
            producer = of(txns.end(next, 5, false));
            assertThat(producer).isEqualTo(next.at(1));
        }
    }

    @Test
    void aSuccessorFencesAndAborts() {
        Producer first = txns.producer();
        txns.add(first, T0);
        assertThat(Errors.forCode(txns.init(TxnFixture.NOBODY).errorCode())).isEqualTo(Errors.CONCURRENT_TRANSACTIONS);
        assertThat(txns.add(first, T1)).isEqualTo(Errors.PRODUCER_FENCED);
        txns.writeMarkers();
        assertThat(txns.state()).isEqualTo("CompleteAbort");
        Producer second = txns.producer();
        assertThat(second).isEqualTo(first.at(2));
        assertThat(txns.endError(first, 4, true)).isEqualTo(Errors.PRODUCER_FENCED);
    }

    @Test
    void aLostAnswerToInitIsGivenAgainUntilItIsUsed() {
        Producer first = txns.producer();
        Producer second = of(txns.init(first));
        assertThat(second).isEqualTo(first.at(1));
        assertThat(of(txns.init(first))).as("asked again").isEqualTo(second);
        txns.add(second, T0);
        assertThat(Errors.forCode(txns.init(first).errorCode())).isEqualTo(Errors.PRODUCER_FENCED);
    }

    @Test
    void whoRenewsItselfWithAnOpenTransactionGoesOnAfterwards() {
        Producer first = txns.producer();
        txns.add(first, T0);
        assertThat(Errors.forCode(txns.init(first).errorCode())).isEqualTo(Errors.CONCURRENT_TRANSACTIONS);
        assertThat(Errors.forCode(txns.init(first).errorCode())).isEqualTo(Errors.CONCURRENT_TRANSACTIONS);
        txns.writeMarkers();
        assertThat(of(txns.init(first))).isEqualTo(first.at(1));
    }

    @Test
    void epochsThatAreUsedUpEndInAnotherId() {
        Producer last = new Producer(txns.producer().id(), TxnTable.LAST_EPOCH);
        Txn stored = new Txn(
                "tx", last.id(), last.epoch(), Txn.NO_EPOCH, -1, -1, 60_000, TxnState.EMPTY, Set.of(), -1, 1, (short)
                        2);
        txns.log.put(0, TxnRecords.of(stored));
        txns.reload();
        txns.add(last, T0);
        Producer next = of(txns.end(last, 5, true));
        assertThat(next.id()).isGreaterThan(last.id());
        assertThat(next.epoch()).isZero();
        assertThat(txns.sent.getFirst().ending().producerId()).isEqualTo(last.id());
        assertThat(txns.sent.getFirst().ending().epoch()).isEqualTo(Short.MAX_VALUE);
        assertThat(txns.endError(last, 5, true)).isEqualTo(Errors.CONCURRENT_TRANSACTIONS);
        var waits = txns.addLater(next, false, T0);
        txns.pass(100);
        assertThat(waits.join()).as("the markers are not written").isEqualTo(Errors.CONCURRENT_TRANSACTIONS);
        assertThat(txns.endError(next, 5, false)).isEqualTo(Errors.CONCURRENT_TRANSACTIONS);
        txns.reload();
        txns.writeMarkers();
        assertThat(of(txns.end(last, 5, true))).as("asked again").isEqualTo(next);
        assertThat(txns.add(next, T0)).isEqualTo(Errors.NONE);
        assertThat(txns.endError(last, 5, true)).isEqualTo(Errors.INVALID_PRODUCER_ID_MAPPING);
    }

    @Test
    void theEpochOfTheLastMarkersIsNobodys() {
        Producer last = new Producer(txns.producer().id(), TxnTable.LAST_EPOCH);
        Txn stored = new Txn(
                "tx", last.id(), last.epoch(), Txn.NO_EPOCH, -1, -1, 60_000, TxnState.EMPTY, Set.of(), -1, 1, (short)
                        2);
        txns.log.put(0, TxnRecords.of(stored));
        txns.reload();
        txns.add(last, T0);
        txns.pass(80_000);
        txns.writeMarkers();
        assertThat(txns.describe().producerEpoch()).isEqualTo(Short.MAX_VALUE);
        assertThat(txns.endError(last, 5, false)).isEqualTo(Errors.PRODUCER_FENCED);
        Producer next = txns.producer();
        assertThat(next.id()).isNotEqualTo(last.id());
        assertThat(next.epoch()).isZero();
    }

    @Test
    void aTransactionOverItsTimeIsAborted() {
        Producer producer = txns.producer();
        txns.add(producer, T0);
        txns.pass(60_000);
        assertThat(txns.state()).isEqualTo("Ongoing");
        txns.pass(10_001);
        assertThat(txns.state()).isEqualTo("PrepareAbort");
        assertThat(txns.sent.getFirst().ending().epoch())
                .isEqualTo(producer.at(1).epoch());
        txns.writeMarkers();
        assertThat(txns.endError(producer, 4, true)).isEqualTo(Errors.PRODUCER_FENCED);
        assertThat(txns.endError(producer, 5, true)).isEqualTo(Errors.PRODUCER_FENCED);
        assertThat(of(txns.end(producer, 5, false)))
                .as("it was aborted, as it wanted")
                .isEqualTo(producer.at(1));
    }

    @Test
    void anIdWithoutTransactionsIsForgotten() {
        Producer producer = txns.producer();
        txns.pass(604_800_000L + 3_600_000);
        assertThat(txns.describe().errorCode()).isEqualTo(Errors.TRANSACTIONAL_ID_NOT_FOUND.code());
        assertThat(txns.log.records(0).getLast().value()).isNull();
        assertThat(txns.add(producer, T0)).isEqualTo(Errors.INVALID_PRODUCER_ID_MAPPING);
        txns.reload();
        assertThat(txns.describe().errorCode()).isEqualTo(Errors.TRANSACTIONAL_ID_NOT_FOUND.code());
    }

    @Test
    void whatCouldNotBeWrittenDidNotHappen() {
        Producer producer = txns.producer();
        txns.add(producer, T0);
        for (Fate fate : List.of(Fate.REFUSED, Fate.LOST)) {
            txns.log.next(fate);
            assertThat(txns.endError(producer, 5, true)).isEqualTo(Errors.COORDINATOR_NOT_AVAILABLE);
            assertThat(txns.sent).isEmpty();
            assertThat(txns.state()).isEqualTo("Ongoing");
        }
        txns.log.next(Fate.KEPT_UNKNOWN);
        assertThat(txns.endError(producer, 5, true)).isEqualTo(Errors.COORDINATOR_NOT_AVAILABLE);
        assertThat(txns.state()).as("it is in the log").isEqualTo("PrepareCommit");
        assertThat(txns.sent).hasSize(1);
    }

    @Test
    void verificationKnowsEachPartition() {
        Producer producer = txns.producer();
        txns.add(producer, T0);
        assertThat(txns.verify(producer, T0)).isEqualTo(Errors.NONE);
        assertThat(txns.verify(producer, T1)).isEqualTo(Errors.TRANSACTION_ABORTABLE);
        txns.end(producer, 4, true);
        txns.writeMarkers();
        assertThat(txns.verify(producer, T0)).as("a late batch").isEqualTo(Errors.TRANSACTION_ABORTABLE);
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        InitProducerIdRequestData good = TxnFixture.initRequest(TxnFixture.NOBODY);
        assertThat(refusal(good.duplicate().setTransactionalId(""))).isEqualTo(Errors.INVALID_REQUEST);
        assertThat(refusal(good.duplicate().setTransactionalId("x".repeat(20_000))))
                .isEqualTo(Errors.INVALID_REQUEST);
        assertThat(refusal(good.duplicate().setProducerId(4))).isEqualTo(Errors.INVALID_REQUEST);
        assertThat(refusal(good.duplicate().setTransactionTimeoutMs(0))).isEqualTo(Errors.INVALID_TRANSACTION_TIMEOUT);
        assertThat(refusal(good.duplicate().setTransactionTimeoutMs(900_001)))
                .isEqualTo(Errors.INVALID_TRANSACTION_TIMEOUT);
    }

    private Errors refusal(InitProducerIdRequestData request) {
        return Errors.forCode(txns.now(txns.coordinator.initProducerId(TxnFixture.caller(5), request))
                .errorCode());
    }

    @Test
    void transactionsAreListedByStateTimeAndPattern() {
        Producer producer = txns.producer();
        assertThat(listed(new ListTransactionsRequestData())).containsExactly("tx Empty");
        txns.add(producer, T0);
        txns.pass(5_000);
        assertThat(listed(new ListTransactionsRequestData().setStateFilters(List.of("Ongoing"))))
                .containsExactly("tx Ongoing");
        assertThat(listed(new ListTransactionsRequestData().setStateFilters(List.of("Empty"))))
                .isEmpty();
        assertThat(listed(new ListTransactionsRequestData().setDurationFilter(5_000)))
                .isEmpty();
        assertThat(listed(new ListTransactionsRequestData().setDurationFilter(4_999)))
                .hasSize(1);
        assertThat(listed(new ListTransactionsRequestData().setTransactionalIdPattern("t.*")))
                .hasSize(1);
        assertThat(listed(new ListTransactionsRequestData().setTransactionalIdPattern("t")))
                .isEmpty();
        assertThat(listed(new ListTransactionsRequestData().setProducerIdFilters(List.of(3L))))
                .isEmpty();
        ListTransactionsResponseData strange = txns.now(
                txns.coordinator.list(new ListTransactionsRequestData().setStateFilters(List.of("Dead", "Asleep"))));
        assertThat(strange.unknownStateFilters()).containsExactly("Asleep");
        ListTransactionsResponseData broken =
                txns.now(txns.coordinator.list(new ListTransactionsRequestData().setTransactionalIdPattern("(")));
        assertThat(broken.errorCode()).isEqualTo(Errors.INVALID_REGULAR_EXPRESSION.code());
    }

    private List<String> listed(ListTransactionsRequestData request) {
        return txns.now(txns.coordinator.list(request)).transactionStates().stream()
                .map(state -> state.transactionalId() + " " + state.transactionState())
                .toList();
    }
}
