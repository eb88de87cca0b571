/// What the leader of a partition knows about its replicas, as pure state machines.
@NullMarked
package io.kurier.broker.replica.leader;

import org.jspecify.annotations.NullMarked;
