/// Share groups (KIP-932): several members may read a partition, each its own records of it. Who reads where is said
/// here; what became of the records is the share coordinator's to keep (`coordinator.share`).
@NullMarked
package io.kurier.coordinator.group.share;

import org.jspecify.annotations.NullMarked;
