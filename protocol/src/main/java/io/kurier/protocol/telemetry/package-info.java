/// The metrics that clients push (KIP-714): decompressed and read within bounds.
@NullMarked
package io.kurier.protocol.telemetry;

import org.jspecify.annotations.NullMarked;
