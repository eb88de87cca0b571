/// The metrics that clients push (KIP-714): who is asked for what, who pushed what, and the two APIs in front of it.
@NullMarked
package io.kurier.broker.api.telemetry;

import org.jspecify.annotations.NullMarked;
