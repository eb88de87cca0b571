/// Kurier and Apache Kafka measured in turn on one machine: the command line of it.
@NullMarked
package io.kurier.benchmarks;

import org.jspecify.annotations.NullMarked;
