/// Kurier and Apache Kafka measured in turn on one machine: the command line of it.
@org.jspecify.annotations.NullMarked
package io.kurier.benchmarks;
