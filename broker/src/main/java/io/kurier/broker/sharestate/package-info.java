/// The way to the state of share groups, whichever node keeps it (KIP-932).
@NullMarked
package io.kurier.broker.sharestate;

import org.jspecify.annotations.NullMarked;
