/// What brokers ask the controller to change about partitions.
@NullMarked
package io.kurier.cluster.controller.command.partitions;

import org.jspecify.annotations.NullMarked;
