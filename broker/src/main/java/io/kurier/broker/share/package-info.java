/// Share groups on the leader of a partition (KIP-932): who has which record, and what became of it.
@NullMarked
package io.kurier.broker.share;

import org.jspecify.annotations.NullMarked;
