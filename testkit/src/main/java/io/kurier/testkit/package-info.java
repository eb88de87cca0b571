@NullMarked
package io.kurier.testkit;

import org.jspecify.annotations.NullMarked;
