/// What ties the coordinators to this node's partitions.
@NullMarked
package io.kurier.broker.internal;

import org.jspecify.annotations.NullMarked;
