package io.kurier.coordinator.txn;

import java.util.Optional;

/// Where a transactional id stands. Its number is what `__transaction_state` has for it.
public enum TxnState {
    /// It has a producer id, and no transaction yet.
    EMPTY(0, "Empty"),
    /// Partitions were added to a transaction.
    ONGOING(1, "Ongoing"),
    /// It is decided that the transaction is committed; markers are being written.
    PREPARE_COMMIT(2, "PrepareCommit"),
    /// It is decided that the transaction is aborted; markers are being written.
    PREPARE_ABORT(3, "PrepareAbort"),
    /// Committed, and all markers are written.
    COMPLETE_COMMIT(4, "CompleteCommit"),
    /// Aborted, and all markers are written.
    COMPLETE_ABORT(5, "CompleteAbort");

    private final byte number;
    private final String shown;

    TxnState(int number, String shown) {
        this.number = (byte) number;
        this.shown = shown;
    }

    /// The number in records.
    public byte number() {
        return number;
    }

    /// The name in answers to ListTransactions and DescribeTransactions.
    public String shown() {
        return shown;
    }

    /// True while markers are being written.
    public boolean isPrepared() {
        return this == PREPARE_COMMIT || this == PREPARE_ABORT;
    }

    /// The state of this number; empty if there is none.
    static Optional<TxnState> of(byte number) {
        return number < 0 || number >= values().length ? Optional.empty() : Optional.of(values()[number]);
    }
}
