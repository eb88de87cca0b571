/// The transaction coordinator: what each request does to a transaction, as a table, and the shards of
/// `__transaction_state` that apply it (KIP-98, 360, 664, 890).
@NullMarked
package io.kurier.coordinator.txn;

import org.jspecify.annotations.NullMarked;
