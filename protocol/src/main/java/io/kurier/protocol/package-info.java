@NullMarked
package io.kurier.protocol;

import org.jspecify.annotations.NullMarked;
