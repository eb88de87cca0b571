package io.kurier.coordinator.txn;

import static io.kurier.coordinator.txn.TxnAnswer.STRANGER;

import org.jspecify.annotations.Nullable;

/// The transaction coordinator as a table: for each state, request and relation of producers there is one answer. A
/// test walks all of it, and `docs/transactions.md` is made from it.
///
/// The rules behind it: KIP-98 (states), KIP-360 (a producer renews its epoch), KIP-890 (an epoch for each
/// transaction), KIP-588 (a transaction that took too long is aborted, and its producer fenced).
public final class TxnTable {
    /// The last epoch that a producer gets. The one behind it is kept for the markers that fence it.
    public static final short LAST_EPOCH = Short.MAX_VALUE - 1;

    private TxnTable() {}

    /// One question.
    ///
    /// @param state null if the transactional id is not known
    /// @param repeated the request was carried out already, and nobody has used the answer: it was lost
    /// @param exhausted the present epoch is [#LAST_EPOCH] or above: the next transaction needs another producer id
    public record Case(
            @Nullable TxnState state, TxnRequest request, Relation relation, boolean repeated, boolean exhausted) {}

    /// The one answer.
    public static TxnAnswer answer(Case of) {
        TxnState state = of.state();
        if (state == null) {
            return ofUnknown(of.request());
        }
        return switch (of.request()) {
            case INIT -> init(state, of);
            case ADD -> own(of.relation(), state.isPrepared() ? TxnAnswer.WAIT : TxnAnswer.ADD);
            case VERIFY -> own(of.relation(), state.isPrepared() ? TxnAnswer.WAIT : TxnAnswer.VERIFY);
            case COMMIT_V1 -> own(of.relation(), endOne(state, true));
            case ABORT_V1 -> own(of.relation(), endOne(state, false));
            case COMMIT_V2 -> endTwo(state, of, true);
            case ABORT_V2 -> endTwo(state, of, false);
            case TIMEOUT -> state == TxnState.ONGOING ? TxnAnswer.ABORT_AND_BUMP : TxnAnswer.NOTHING;
            case WRITTEN -> state.isPrepared() ? TxnAnswer.COMPLETE : TxnAnswer.NOTHING;
        };
    }

    private static TxnAnswer ofUnknown(TxnRequest request) {
        return switch (request) {
            case INIT -> TxnAnswer.NEW_ID;
            case ADD, VERIFY, COMMIT_V1, ABORT_V1, COMMIT_V2, ABORT_V2 -> STRANGER;
            case TIMEOUT, WRITTEN -> TxnAnswer.NOTHING;
        };
    }

    private static TxnAnswer init(TxnState state, Case of) {
        boolean mayRenew = switch (of.relation()) {
            case NONE, SAME -> true;
            case LAST, ROTATED -> of.repeated();
            case OTHER, OLDER, AHEAD -> false;
        };
        if (!mayRenew) {
            return TxnAnswer.FENCED;
        }
        if (state.isPrepared()) {
            return TxnAnswer.WAIT;
        }
        if (state == TxnState.ONGOING) {
            return of.repeated() ? TxnAnswer.FENCED : TxnAnswer.FENCE;
        }
        if (of.repeated()) {
            return TxnAnswer.SAME_AGAIN;
        }
        return of.exhausted() ? TxnAnswer.ROTATE : TxnAnswer.NEXT_EPOCH;
    }

    /// The answer for the present producer; others are told who they are.
    private static TxnAnswer own(Relation relation, TxnAnswer answer) {
        return switch (relation) {
            case SAME -> answer;
            case NONE, OTHER, ROTATED -> STRANGER;
            case OLDER, LAST, AHEAD -> TxnAnswer.FENCED;
        };
    }

    private static TxnAnswer endOne(TxnState state, boolean commit) {
        return switch (state) {
            case EMPTY -> TxnAnswer.WRONG_STATE;
            case ONGOING -> commit ? TxnAnswer.COMMIT : TxnAnswer.ABORT;
            case PREPARE_COMMIT, PREPARE_ABORT, COMPLETE_COMMIT, COMPLETE_ABORT -> again(state, commit);
        };
    }

    /// The transaction has ended, or is ending, this way or the other.
    private static TxnAnswer again(TxnState state, boolean commit) {
        boolean committed = state == TxnState.PREPARE_COMMIT || state == TxnState.COMPLETE_COMMIT;
        if (committed != commit) {
            return TxnAnswer.WRONG_STATE;
        }
        return state.isPrepared() ? TxnAnswer.WAIT : TxnAnswer.DONE;
    }

    private static TxnAnswer endTwo(TxnState state, Case of, boolean commit) {
        return switch (of.relation()) {
            case NONE, OTHER -> STRANGER;
            case OLDER, AHEAD -> TxnAnswer.FENCED;
            case SAME -> endTwoNow(state, of.exhausted(), commit);
            // The end of a transaction takes its producer to the next epoch: who names the one before asks again.
            case LAST -> hasEnded(state) ? againTwo(state, commit) : TxnAnswer.FENCED;
            case ROTATED -> hasEnded(state) && !state.isPrepared() ? againTwo(state, commit) : STRANGER;
        };
    }

    /// A commit of what the coordinator has aborted, as it took too long, comes from a producer that is fenced by that.
    private static TxnAnswer againTwo(TxnState state, boolean commit) {
        boolean aborted = state == TxnState.PREPARE_ABORT || state == TxnState.COMPLETE_ABORT;
        return commit && aborted ? TxnAnswer.FENCED : again(state, commit);
    }

    private static boolean hasEnded(TxnState state) {
        return state != TxnState.EMPTY && state != TxnState.ONGOING;
    }

    private static TxnAnswer endTwoNow(TxnState state, boolean exhausted, boolean commit) {
        return switch (state) {
            case ONGOING -> {
                if (commit) {
                    yield exhausted ? TxnAnswer.COMMIT_AND_ROTATE : TxnAnswer.COMMIT_AND_BUMP;
                }
                yield exhausted ? TxnAnswer.ABORT_AND_ROTATE : TxnAnswer.ABORT_AND_BUMP;
            }
            // It was told its next epoch when the end was decided, and ends a transaction of nothing already.
            case PREPARE_COMMIT, PREPARE_ABORT -> TxnAnswer.WAIT;
            case EMPTY, COMPLETE_COMMIT, COMPLETE_ABORT -> {
                if (commit) {
                    yield TxnAnswer.NOT_BEGUN;
                }
                yield exhausted ? TxnAnswer.ABORT_NOTHING_AND_ROTATE : TxnAnswer.ABORT_NOTHING;
            }
        };
    }
}
