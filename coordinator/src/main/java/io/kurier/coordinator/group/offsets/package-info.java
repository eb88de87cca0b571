/// Committed offsets of groups: commit, fetch, removal, expiry.
@NullMarked
package io.kurier.coordinator.group.offsets;

import org.jspecify.annotations.NullMarked;
