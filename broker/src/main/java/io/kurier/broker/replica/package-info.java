/// The partitions of this node: which it leads, what is committed in them, and who waits for that.
@NullMarked
package io.kurier.broker.replica;

import org.jspecify.annotations.NullMarked;
