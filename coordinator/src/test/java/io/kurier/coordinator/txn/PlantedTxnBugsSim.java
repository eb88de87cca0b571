package io.kurier.coordinator.txn;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.planted.BrokenSources;
import io.kurier.testkit.planted.BrokenSources.Edit;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A simulation that finds nothing proves nothing: each of these defects of the transaction coordinator must be found,
/// within a number of seeds.
class PlantedTxnBugsSim {
    private static final int SEEDS = Integer.getInteger("kurier.planted.seeds", 300);
    private static final String TXN = "coordinator/src/main/java/io/kurier/coordinator/txn/";

    enum Bug {
        MARKERS_OF_AN_EARLIER_COORDINATOR_COUNT(
                "TxnShard.java", "                || markers.coordinatorEpoch() != coordinatorEpoch\n", ""),
        MARKERS_ARE_SENT_TWICE_AT_A_TIME(
                "TransactionCoordinator.java",
                "if (!underWay.add(ending)) {",
                "if (!underWay.add(ending) && shard < 0) {"),
        MARKERS_ARE_SENT_BEFORE_THE_DECISION_IS_STORED(
                "TxnShard.java",
                "        var _ = committed.answer().thenAccept(prepared);\n        out.answer(committed, txn);\n",
                "        var _ = committed.answer().thenAccept(prepared);\n        out.answerAtOnce(committed, txn);\n"),
        ZOMBIES_END_TRANSACTIONS(
                "TxnTable.java",
                "            case OLDER, LAST, AHEAD -> TxnAnswer.FENCED;\n        };\n    }\n\n    private static TxnAnswer endOne",
                "            case OLDER, LAST, AHEAD -> answer;\n        };\n    }\n\n    private static TxnAnswer endOne"),
        A_TIMEOUT_DOES_NOT_FENCE(
                "TxnShard.java",
                "return new Ending(true, Txn.NO_ID, Txn.NO_EPOCH, txn.clientVersion());",
                "return new Ending(false, Txn.NO_ID, Txn.NO_EPOCH, (short) 1);"),
        THE_NEXT_TRANSACTION_DOES_NOT_WAIT(
                "TxnTable.java",
                "case ADD -> own(of.relation(), state.isPrepared() ? TxnAnswer.WAIT : TxnAnswer.ADD);",
                "case ADD -> own(of.relation(), TxnAnswer.ADD);"),
        PARTITIONS_ARE_ADDED_BEFORE_IT_IS_STORED(
                "TxnShard.java",
                "            out.answer(ticket, add(txn, partitions, now, out));\n",
                "            out.answerAtOnce(ticket, add(txn, partitions, now, out));\n"),
        THE_END_IS_TOLD_BEFORE_IT_IS_STORED(
                "TxnShard.java",
                "        out.answer(\n                ticket,\n                txn == null || answer.error() != Errors.NONE\n",
                "        out.answerAtOnce(\n                ticket,\n                txn == null || answer.error() != Errors.NONE\n"),
        TRANSACTIONS_NEVER_TIME_OUT(
                "TxnShard.java", "now.wallMs() - txn.startMs() > txn.timeoutMs()", "txn.startMs() < 0");

        final List<Edit> edits;

        Bug(String source, String sound, String broken) {
            edits = List.of(new Edit(TXN + source, sound, broken));
        }
    }

    @ParameterizedTest
    @EnumSource
    void finds(Bug bug, @TempDir Path folder) throws Exception {
        BrokenSources.compile(bug.name(), bug.edits, folder);
        String found = BrokenSources.firstFailure(folder, BrokenTransactions.class, SEEDS);
        assertThat(found)
                .as("what is found with %s within %d seeds", bug, SEEDS)
                .isNotNull();
        System.out.println(bug + " is found: " + found);
    }
}
