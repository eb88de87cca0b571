/// The share coordinator (KIP-932): what share groups have acknowledged, one state machine a partition of
/// `__share_group_state`.
@NullMarked
package io.kurier.coordinator.share;

import org.jspecify.annotations.NullMarked;
