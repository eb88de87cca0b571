/// The load generator: requests encoded once and sent again and again over plain sockets, answers checked.
@NullMarked
package io.kurier.benchmarks.load;

import org.jspecify.annotations.NullMarked;
