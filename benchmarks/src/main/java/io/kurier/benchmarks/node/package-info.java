/// The nodes that are measured, each in a process of its own.
@org.jspecify.annotations.NullMarked
package io.kurier.benchmarks.node;
