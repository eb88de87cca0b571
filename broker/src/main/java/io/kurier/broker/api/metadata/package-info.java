/// Handlers that tell what the cluster is.
@NullMarked
package io.kurier.broker.api.metadata;

import org.jspecify.annotations.NullMarked;
