/// Consumer groups and their offsets, one state machine a partition of `__consumer_offsets`.
@NullMarked
package io.kurier.coordinator.group;

import org.jspecify.annotations.NullMarked;
