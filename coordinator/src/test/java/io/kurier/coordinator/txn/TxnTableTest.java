package io.kurier.coordinator.txn;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.coordinator.txn.TxnFixture.Producer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.message.DescribeTransactionsResponseData.TransactionState;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// All of the table: what it says, and that a coordinator does so, also after it was loaded again.
class TxnTableTest {
    private static final long ID = 7;
    private static final long ID_BEFORE = 6;

    /// Every question that can be asked.
    static List<TxnTable.Case> all() {
        List<TxnTable.Case> all = new ArrayList<>();
        List<@Nullable TxnState> states = new ArrayList<>(List.of(TxnState.values()));
        states.addFirst(null);
        for (TxnState state : states) {
            for (TxnRequest request : TxnRequest.values()) {
                for (Relation relation : relations(state, request)) {
                    for (boolean exhausted : new boolean[] {false, true}) {
                        if (exhausted && (state == null || relation == Relation.ROTATED)) {
                            continue; // the epochs of a new id are not used up
                        }
                        all.add(new TxnTable.Case(state, request, relation, false, exhausted));
                        if (request == TxnRequest.INIT
                                && state != null
                                && (relation == Relation.LAST || relation == Relation.ROTATED)) {
                            all.add(new TxnTable.Case(state, request, relation, true, exhausted));
                        }
                    }
                }
            }
        }
        return all;
    }

    private static List<Relation> relations(@Nullable TxnState state, TxnRequest request) {
        if (request.isInternal() || state == null) {
            return List.of(Relation.NONE);
        }
        return List.of(Relation.values());
    }

    @Test
    void everyQuestionHasAnAnswerThatKeepsTheRules() {
        assertThat(all()).hasSizeGreaterThan(500);
        for (TxnTable.Case of : all()) {
            TxnAnswer answer = TxnTable.answer(of);
            if (answer.error() != Errors.NONE && answer != TxnAnswer.FENCE) {
                assertThat(answer.change()).as("%s", of).isEqualTo("nothing");
            }
            if (answer == TxnAnswer.NEXT_EPOCH) {
                assertThat(of.exhausted())
                        .as("%s goes to an epoch that nobody may have", of)
                        .isFalse();
            }
            boolean decides = Set.of(
                            TxnAnswer.COMMIT,
                            TxnAnswer.ABORT,
                            TxnAnswer.COMMIT_AND_BUMP,
                            TxnAnswer.ABORT_AND_BUMP,
                            TxnAnswer.COMMIT_AND_ROTATE,
                            TxnAnswer.ABORT_AND_ROTATE,
                            TxnAnswer.FENCE)
                    .contains(answer);
            assertThat(decides && of.state() != TxnState.ONGOING)
                    .as("%s decides what is decided", of)
                    .isFalse();
            boolean own = of.relation() == Relation.SAME || of.relation() == Relation.NONE;
            assertThat(decides && !own).as("%s: a stranger decides", of).isFalse();
        }
    }

    /// The transaction that a question is about.
    private static Txn txn(TxnTable.Case of, TxnState state) {
        short epoch = of.exhausted() ? TxnTable.LAST_EPOCH : (short) (of.relation() == Relation.ROTATED ? 0 : 10);
        boolean hasPartitions = state == TxnState.ONGOING || state.isPrepared();
        Set<org.apache.kafka.common.TopicPartition> partitions = new TreeSet<>(Partitions.ORDER);
        if (hasPartitions) {
            partitions.add(TxnFixture.T0);
        }
        return new Txn(
                TxnFixture.ID,
                ID,
                epoch,
                Txn.NO_EPOCH,
                ID_BEFORE,
                Txn.NO_ID,
                60_000,
                state,
                partitions,
                state == TxnState.EMPTY ? -1 : 1_000,
                1_000,
                (short) 1);
    }

    private static Producer asking(TxnTable.Case of, @Nullable Txn txn) {
        if (txn == null) {
            return of.request() == TxnRequest.INIT ? TxnFixture.NOBODY : new Producer(ID, (short) 1);
        }
        Producer same = new Producer(ID, txn.epoch());
        return switch (of.relation()) {
            case NONE -> TxnFixture.NOBODY;
            case OTHER -> new Producer(5, txn.epoch());
            case ROTATED -> new Producer(ID_BEFORE, TxnTable.LAST_EPOCH);
            case OLDER -> same.at(-2);
            case LAST -> same.at(-1);
            case SAME -> same;
            case AHEAD -> same.at(1);
        };
    }

    @Test
    void theCoordinatorDoesWhatTheTableSays() {
        int walked = 0;
        for (TxnTable.Case of : all()) {
            boolean namesNobody = of.relation() == Relation.NONE && of.state() != null;
            if (of.repeated() || of.request().isInternal() || (namesNobody && of.request() != TxnRequest.INIT)) {
                continue; // not to be had by one request: TxnShardTest
            }
            walk(of);
            walked++;
        }
        assertThat(walked).isGreaterThan(400);
    }

    private static void walk(TxnTable.Case of) {
        TxnFixture world = new TxnFixture();
        Txn txn = of.state() == null ? null : txn(of, of.state());
        if (txn != null) {
            world.log.put(0, TxnRecords.of(txn));
            world.reload();
            world.sent.clear();
        }
        TxnAnswer answer = TxnTable.answer(of);
        Producer by = asking(of, txn);
        if (answer == TxnAnswer.WAIT && of.request() == TxnRequest.ADD) {
            var waits = world.addLater(by, false, TxnFixture.T0);
            world.pass(99);
            assertThat(waits).as("%s waits", of).isNotDone();
            world.pass(1);
            assertThat(waits.join()).isEqualTo(Errors.CONCURRENT_TRANSACTIONS);
        } else {
            assertThat(ask(world, of, by)).as("%s", of).isEqualTo(expected(of, answer));
        }
        TransactionState after = world.describe();
        check(of, answer, txn, after);
        world.reload();
        assertThat(world.describe()).as("%s, loaded again", of).isEqualTo(after);
    }

    private static Errors expected(TxnTable.Case of, TxnAnswer answer) {
        return answer == TxnAnswer.VERIFY && of.state() != TxnState.ONGOING
                ? Errors.TRANSACTION_ABORTABLE
                : answer.error();
    }

    private static Errors ask(TxnFixture world, TxnTable.Case of, Producer by) {
        return switch (of.request()) {
            case INIT -> Errors.forCode(world.init(by).errorCode());
            case ADD -> world.add(by, TxnFixture.T0);
            case VERIFY -> world.verify(by, TxnFixture.T0);
            case COMMIT_V1 -> world.endError(by, 4, true);
            case ABORT_V1 -> world.endError(by, 4, false);
            case COMMIT_V2 -> world.endError(by, 5, true);
            case ABORT_V2 -> world.endError(by, 5, false);
            case TIMEOUT, WRITTEN -> throw new AssertionError("nobody asks that");
        };
    }

    private static void check(TxnTable.Case of, TxnAnswer answer, @Nullable Txn before, TransactionState after) {
        if (before == null) {
            assertThat(after.errorCode())
                    .as("%s", of)
                    .isEqualTo(
                            answer == TxnAnswer.NEW_ID ? Errors.NONE.code() : Errors.TRANSACTIONAL_ID_NOT_FOUND.code());
            return;
        }
        String state = switch (answer) {
            case ROTATE, NEXT_EPOCH, NEW_ID -> "Empty";
            case FENCE, ABORT, ABORT_AND_BUMP, ABORT_AND_ROTATE -> "PrepareAbort";
            case COMMIT, COMMIT_AND_BUMP, COMMIT_AND_ROTATE -> "PrepareCommit";
            case ABORT_NOTHING, ABORT_NOTHING_AND_ROTATE -> "CompleteAbort";
            case ADD -> "Ongoing";
            case SAME_AGAIN, VERIFY, DONE, COMPLETE, NOTHING, WAIT, FENCED, STRANGER, NOT_BEGUN, WRONG_STATE ->
                before.state().shown();
        };
        int bump = switch (answer) {
            case NEXT_EPOCH,
                    FENCE,
                    COMMIT_AND_BUMP,
                    ABORT_AND_BUMP,
                    COMMIT_AND_ROTATE,
                    ABORT_AND_ROTATE,
                    ABORT_NOTHING -> 1;
            default -> 0;
        };
        boolean another = answer == TxnAnswer.ROTATE || answer == TxnAnswer.ABORT_NOTHING_AND_ROTATE;
        assertThat(after.transactionState()).as("%s", of).isEqualTo(state);
        assertThat(after.producerEpoch()).as("%s", of).isEqualTo((short) (another ? 0 : before.epoch() + bump));
        assertThat(after.producerId()).as("%s", of).isEqualTo(another ? 100 : ID);
    }
}
