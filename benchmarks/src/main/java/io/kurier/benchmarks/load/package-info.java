/// The load generator: requests encoded once and sent again and again over plain sockets, answers checked.
@org.jspecify.annotations.NullMarked
package io.kurier.benchmarks.load;
