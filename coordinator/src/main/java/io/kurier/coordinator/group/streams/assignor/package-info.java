/// Who of a streams group is to run which task (KIP-1071).
@NullMarked
package io.kurier.coordinator.group.streams.assignor;

import org.jspecify.annotations.NullMarked;
