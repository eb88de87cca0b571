package io.kurier.coordinator.txn;

/// How the producer that a request names is related to the one that the transactional id has.
public enum Relation {
    /// The request names none.
    NONE("none named"),
    /// Another producer id.
    OTHER("another id"),
    /// The id before the present one, whose epochs are used up.
    ROTATED("the id before"),
    /// An epoch before the last one.
    OLDER("epoch -2 or less"),
    /// The epoch before the present one.
    LAST("epoch -1"),
    /// The present producer id and epoch.
    SAME("epoch 0"),
    /// An epoch that does not exist yet.
    AHEAD("epoch +1 or more");

    private final String shown;

    Relation(String shown) {
        this.shown = shown;
    }

    /// In words.
    public String shown() {
        return shown;
    }
}
