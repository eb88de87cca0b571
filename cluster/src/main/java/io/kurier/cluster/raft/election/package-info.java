/// When a voter asks for an election, and what it asks.
@NullMarked
package io.kurier.cluster.raft.election;

import org.jspecify.annotations.NullMarked;
