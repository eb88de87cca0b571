/// The records of `__consumer_offsets`: docs/formats/consumer-offsets.md.
@NullMarked
package io.kurier.coordinator.group.records;

import org.jspecify.annotations.NullMarked;
