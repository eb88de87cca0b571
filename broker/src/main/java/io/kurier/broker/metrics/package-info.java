/// What a node measures, and the form in which it tells it; showing it is left to others.
@NullMarked
package io.kurier.broker.metrics;

import org.jspecify.annotations.NullMarked;
