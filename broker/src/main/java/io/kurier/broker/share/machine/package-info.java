/// What became of each record of a share partition (KIP-932), without clock, threads or disk.
@NullMarked
package io.kurier.broker.share.machine;

import org.jspecify.annotations.NullMarked;
