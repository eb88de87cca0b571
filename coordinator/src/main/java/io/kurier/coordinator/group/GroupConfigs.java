package io.kurier.coordinator.group;

import java.util.Optional;

/// What was set on single groups. Asked whenever it matters, so that a change holds from the next heartbeat on.
@FunctionalInterface
public interface GroupConfigs {
    /// Nothing is set on any group.
    GroupConfigs NONE = (groupId, setting) -> Optional.empty();

    /// What was set on a group itself, by a name without the kind of node's prefix: `consumer.session.timeout.ms`. A
    /// whole number is within the node's bounds (`group.consumer.min.session.timeout.ms`, ...). Empty if nothing was
    /// set: then what holds for all groups holds.
    Optional<String> value(String groupId, String setting);

    /// The same for a whole number.
    ///
    /// @param otherwise what holds for all groups
    default int integer(String groupId, String setting, int otherwise) {
        return value(groupId, setting).map(Integer::parseInt).orElse(otherwise);
    }
}
