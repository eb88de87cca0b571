/// Dead letters: records that a share group could not deliver, on a topic of their own (KIP-1191).
@NullMarked
package io.kurier.broker.share.dead;

import org.jspecify.annotations.NullMarked;
