/// One partition's log once it is open: appending, reading, flushing, truncating, recovering, forgetting.
@NullMarked
package io.kurier.log.partition;

import org.jspecify.annotations.NullMarked;
