@NullMarked
package io.kurier.server;

import org.jspecify.annotations.NullMarked;
