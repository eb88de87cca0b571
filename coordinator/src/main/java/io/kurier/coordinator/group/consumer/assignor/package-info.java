/// Who of a consumer group is to read which partitions (KIP-848).
@NullMarked
package io.kurier.coordinator.group.consumer.assignor;

import org.jspecify.annotations.NullMarked;
