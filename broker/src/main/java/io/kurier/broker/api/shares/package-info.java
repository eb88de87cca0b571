/// Reading as a member of a share group: ShareFetch and ShareAcknowledge (KIP-932).
@NullMarked
package io.kurier.broker.api.shares;

import org.jspecify.annotations.NullMarked;
