/// Requests from this node to the other nodes of its cluster.
@NullMarked
package io.kurier.cluster.peer;

import org.jspecify.annotations.NullMarked;
