package io.kurier.broker.share;

import io.kurier.broker.share.machine.ShareRules;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What is set for a share group now.
///
/// @param readCommitted `share.isolation.level`: leave out what belongs to open or aborted transactions
/// @param start where it begins in a partition that it has never read
/// @param deadTo where undeliverable records go; null for nowhere
public record SharePolicy(
        ShareRules rules,
        boolean readCommitted,
        Start start,
        @Nullable DeadTo deadTo) {
    /// The dead-letter topic of a group (KIP-1191).
    ///
    /// @param wholeRecord true if a letter has the record's key, value and headers
    public record DeadTo(String topic, boolean wholeRecord) {}

    /// `share.auto.offset.reset`.
    public sealed interface Start {
        /// At what is there already.
        record Earliest() implements Start {}

        /// With the next record.
        record Latest() implements Start {}

        /// With the first record that is not older.
        record NotOlder(Duration age) implements Start {}
    }
}
