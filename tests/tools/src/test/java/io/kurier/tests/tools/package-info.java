/// Apache Kafka's own tools, of its own release, on our node and on its files.
@NullMarked
package io.kurier.tests.tools;

import org.jspecify.annotations.NullMarked;
