package io.kurier.coordinator.group.classic;

import io.kurier.coordinator.runtime.Effects;
import io.kurier.coordinator.runtime.Moment;

/// One event in the life of a group: when it is, and what follows from it.
public record Step(Moment at, Effects out) {
    long nowMs() {
        return at.nowMs();
    }

    long wallMs() {
        return at.wallMs();
    }
}
