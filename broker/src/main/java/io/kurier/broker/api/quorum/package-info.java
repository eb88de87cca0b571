/// The metadata quorum as clients see it.
@NullMarked
package io.kurier.broker.api.quorum;

import org.jspecify.annotations.NullMarked;
