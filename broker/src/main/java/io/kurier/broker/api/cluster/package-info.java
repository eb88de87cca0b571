/// Requests about the cluster as a whole, and the way by which commands reach the controller.
@NullMarked
package io.kurier.broker.api.cluster;

import org.jspecify.annotations.NullMarked;
