/// The identities of producers.
@NullMarked
package io.kurier.broker.api.producers;

import org.jspecify.annotations.NullMarked;
