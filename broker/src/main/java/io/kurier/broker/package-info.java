@NullMarked
package io.kurier.broker;

import org.jspecify.annotations.NullMarked;
