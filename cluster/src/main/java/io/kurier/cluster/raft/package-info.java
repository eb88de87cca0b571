/// The consensus engine (KRaft) behind one interface. The only place that knows `kafka-raft` and `kafka-server-common`.
@NullMarked
package io.kurier.cluster.raft;

import org.jspecify.annotations.NullMarked;
