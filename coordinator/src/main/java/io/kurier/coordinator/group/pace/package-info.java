/// How often a group's coordinator assigns, whatever kind of group it is.
@NullMarked
package io.kurier.coordinator.group.pace;

import org.jspecify.annotations.NullMarked;
