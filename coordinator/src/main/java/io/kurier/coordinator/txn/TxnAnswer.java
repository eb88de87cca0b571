package io.kurier.coordinator.txn;

import org.apache.kafka.common.protocol.Errors;

/// What becomes of a request, as a cell of [TxnTable]: what changes, and the error to answer.
public enum TxnAnswer {
    NEW_ID(Errors.NONE, "a new producer id with epoch 0; Empty"),
    ROTATE(Errors.NONE, "the epochs are used up: a new producer id with epoch 0, the old one is remembered; Empty"),
    NEXT_EPOCH(Errors.NONE, "epoch + 1; Empty"),
    SAME_AGAIN(Errors.NONE, "nothing; the present id and epoch are answered again"),
    FENCE(Errors.CONCURRENT_TRANSACTIONS, "epoch + 1; PrepareAbort"),
    ADD(Errors.NONE, "partitions are added; Ongoing"),
    VERIFY(Errors.NONE, "nothing; each partition that was not added is TRANSACTION_ABORTABLE"),
    COMMIT(Errors.NONE, "PrepareCommit"),
    ABORT(Errors.NONE, "PrepareAbort"),
    COMMIT_AND_BUMP(Errors.NONE, "epoch + 1; PrepareCommit"),
    ABORT_AND_BUMP(Errors.NONE, "epoch + 1; PrepareAbort"),
    COMMIT_AND_ROTATE(Errors.NONE, "epoch + 1; PrepareCommit; a new producer id from then on"),
    ABORT_AND_ROTATE(Errors.NONE, "epoch + 1; PrepareAbort; a new producer id from then on"),
    ABORT_NOTHING(Errors.NONE, "epoch + 1; CompleteAbort"),
    ABORT_NOTHING_AND_ROTATE(Errors.NONE, "a new producer id with epoch 0, the old one is remembered; CompleteAbort"),
    DONE(Errors.NONE, "nothing; it is done already"),
    COMPLETE(Errors.NONE, "CompleteCommit or CompleteAbort"),
    NOTHING(Errors.NONE, "nothing"),
    WAIT(Errors.CONCURRENT_TRANSACTIONS, "nothing"),
    FENCED(Errors.PRODUCER_FENCED, "nothing"),
    STRANGER(Errors.INVALID_PRODUCER_ID_MAPPING, "nothing"),
    NOT_BEGUN(Errors.TRANSACTION_ABORTABLE, "nothing"),
    WRONG_STATE(Errors.INVALID_TXN_STATE, "nothing");

    private final Errors error;
    private final String change;

    TxnAnswer(Errors error, String change) {
        this.error = error;
        this.change = change;
    }

    /// What is answered.
    public Errors error() {
        return error;
    }

    /// What changes, in words.
    public String change() {
        return change;
    }

    /// True if it takes a producer id that nobody had before.
    public boolean takesProducerId() {
        return this == NEW_ID
                || this == ROTATE
                || this == COMMIT_AND_ROTATE
                || this == ABORT_AND_ROTATE
                || this == ABORT_NOTHING_AND_ROTATE;
    }
}
