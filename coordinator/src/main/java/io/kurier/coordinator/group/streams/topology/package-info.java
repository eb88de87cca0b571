/// What a Kafka Streams application is made of, and what that means on the topics that there are (KIP-1071).
@NullMarked
package io.kurier.coordinator.group.streams.topology;

import org.jspecify.annotations.NullMarked;
