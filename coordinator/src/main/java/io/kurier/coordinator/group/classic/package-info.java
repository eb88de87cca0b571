/// The classic group protocol (KIP-62, 134, 345, 394, 559, 800, 814) as a pure state machine.
@NullMarked
package io.kurier.coordinator.group.classic;

import org.jspecify.annotations.NullMarked;
