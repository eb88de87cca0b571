/// JMH benchmarks of the inner parts.
@NullMarked
package io.kurier.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
