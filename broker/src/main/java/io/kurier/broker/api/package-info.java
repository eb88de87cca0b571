@NullMarked
package io.kurier.broker.api;

import org.jspecify.annotations.NullMarked;
