/// Compaction of one log: which part of it may be cleaned, what stays of each batch, and the pass that does it.
@NullMarked
package io.kurier.log.cleaner;

import org.jspecify.annotations.NullMarked;
