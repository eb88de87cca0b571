/// What a node does for transactions besides coordinating them: markers, verification, and the way to the coordinator.
@NullMarked
package io.kurier.broker.transaction;

import org.jspecify.annotations.NullMarked;
