/// One segment of a log: its batches, its indexes, and the walk over them.
@NullMarked
package io.kurier.log.segment;

import org.jspecify.annotations.NullMarked;
