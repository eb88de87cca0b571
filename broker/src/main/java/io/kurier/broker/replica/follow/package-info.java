/// How this node follows the leaders of other nodes: one fetcher for each of them.
@NullMarked
package io.kurier.broker.replica.follow;

import org.jspecify.annotations.NullMarked;
