/// The APIs by which nodes keep the state of share groups (KIP-932).
@NullMarked
package io.kurier.broker.api.sharestate;

import org.jspecify.annotations.NullMarked;
