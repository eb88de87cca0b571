/// The nodes that are measured, each in a process of its own.
@NullMarked
package io.kurier.benchmarks.node;

import org.jspecify.annotations.NullMarked;
