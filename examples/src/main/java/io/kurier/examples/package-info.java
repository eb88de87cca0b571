/// What every introduction to Kafka teaches, as small programs: each has a `main` that takes the address of a node, and
/// is run by a test.
@NullMarked
package io.kurier.examples;

import org.jspecify.annotations.NullMarked;
