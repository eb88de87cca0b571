/// Real clients against a real node: what the README promises to the users of Kafka's clients.
///
/// Smaller or repeated runs: `-Dkurier.records=N` ([io.kurier.tests.clients.RealInputIT]), `-Dkurier.kills=N` and
/// `-Dkurier.seed=N` ([io.kurier.tests.clients.KillIT]). The tests themselves can be held against Apache Kafka:
/// `-Dkurier.bootstrap=HOST:PORT` instead of an embedded node, `-Dkurier.node.command=PROGRAM` (with the arguments of
/// `kurier start`) instead of a process.
@NullMarked
package io.kurier.tests.clients;

import org.jspecify.annotations.NullMarked;
