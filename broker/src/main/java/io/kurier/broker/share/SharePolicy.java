package io.kurier.broker.share;

import java.time.Duration;

/// What is set for a share group now.
///
/// @param readCommitted `share.isolation.level`: leave out what belongs to open or aborted transactions
/// @param start where it begins in a partition that it has never read
public record SharePolicy(ShareRules rules, boolean readCommitted, Start start) {
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
