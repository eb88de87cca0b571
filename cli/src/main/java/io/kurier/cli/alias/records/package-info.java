/// Kafka's console producer and consumer: their flags, the lines that one reads and the other writes.
@NullMarked
package io.kurier.cli.alias.records;

import org.jspecify.annotations.NullMarked;
