@NullMarked
package io.kurier.kernel;

import org.jspecify.annotations.NullMarked;
