/// Exactly once, with real clients: Apache's own copier while everybody is killed in turn, transactions over a network
/// that delays, repeats and reorders requests, and what becomes of records that come too late.
///
/// Longer runs: `-Dkurier.kills=30` ([io.kurier.tests.transactions.CopierIT]), `-Dkurier.transactions=20000`
/// ([io.kurier.tests.transactions.LateRequestsIT]); repeated ones: `-Dkurier.seed=N`.
@NullMarked
package io.kurier.tests.transactions;

import org.jspecify.annotations.NullMarked;
