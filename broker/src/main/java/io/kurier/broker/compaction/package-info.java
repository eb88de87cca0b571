/// Compaction of a node's partitions: which one is next, how fast, and what becomes of one that fails.
@NullMarked
package io.kurier.broker.compaction;

import org.jspecify.annotations.NullMarked;
