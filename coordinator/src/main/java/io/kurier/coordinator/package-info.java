@NullMarked
package io.kurier.coordinator;

import org.jspecify.annotations.NullMarked;
