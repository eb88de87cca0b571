/// One partition on one disk: segments, indexes, producer state, leader epochs, recovery, retention.
@NullMarked
package io.kurier.log;

import org.jspecify.annotations.NullMarked;
