/// Small syncs of many logs made one: the journal of a data directory.
@NullMarked
package io.kurier.log.journal;

import org.jspecify.annotations.NullMarked;
