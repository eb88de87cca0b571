@NullMarked
package io.kurier.cli;

import org.jspecify.annotations.NullMarked;
