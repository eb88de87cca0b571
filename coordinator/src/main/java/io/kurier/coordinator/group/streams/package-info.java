/// Streams groups (KIP-1071): the coordinator says which tasks of a Kafka Streams application run where.
@NullMarked
package io.kurier.coordinator.group.streams;

import org.jspecify.annotations.NullMarked;
