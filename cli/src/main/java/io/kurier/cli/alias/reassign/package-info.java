/// `kafka-reassign-partitions`: replicas to other nodes, as Kafka's tool does it.
@NullMarked
package io.kurier.cli.alias.reassign;

import org.jspecify.annotations.NullMarked;
