/// Replicated state machines over the partitions of an internal topic: loading, events, batched writes, timers.
@NullMarked
package io.kurier.coordinator.runtime;

import org.jspecify.annotations.NullMarked;
