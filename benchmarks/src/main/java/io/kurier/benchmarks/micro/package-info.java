/// JMH benchmarks of the inner parts.
@org.jspecify.annotations.NullMarked
package io.kurier.benchmarks.micro;
