package io.kurier.coordinator.txn;

/// What may be asked about a transactional id, as rows of [TxnTable] tell it.
public enum TxnRequest {
    /// InitProducerId.
    INIT("InitProducerId"),
    /// AddPartitionsToTxn or AddOffsetsToTxn of a client, or of a leader for a client of version 2.
    ADD("AddPartitions, AddOffsets"),
    /// AddPartitionsToTxn of a leader that only wants to know.
    VERIFY("verification"),
    /// EndTxn before version 5, commit.
    COMMIT_V1("commit, version 1"),
    /// EndTxn before version 5, abort.
    ABORT_V1("abort, version 1"),
    /// EndTxn from version 5 on, commit: each transaction has an epoch of its own (KIP-890).
    COMMIT_V2("commit, version 2"),
    /// EndTxn from version 5 on, abort.
    ABORT_V2("abort, version 2"),
    /// The transaction is older than its timeout.
    TIMEOUT("timeout"),
    /// All markers are written.
    WRITTEN("markers are written");

    private final String shown;

    TxnRequest(String shown) {
        this.shown = shown;
    }

    /// In words.
    public String shown() {
        return shown;
    }

    /// True for what the coordinator asks itself, so that there is no producer to compare with.
    public boolean isInternal() {
        return this == TIMEOUT || this == WRITTEN;
    }
}
