/// Consumer groups of the new protocol (KIP-848): the coordinator says who reads what, one heartbeat at a time.
@NullMarked
package io.kurier.coordinator.group.consumer;

import org.jspecify.annotations.NullMarked;
