package io.kurier.coordinator.group;

import org.apache.kafka.common.message.JoinGroupRequestData;
import org.jspecify.annotations.Nullable;

/// Which names can be stored: a string in a record has at most 32,767 bytes, while newer versions of requests carry
/// longer ones.
public final class Names {
    /// Of at most three bytes each.
    private static final int MAX_CHARS = 10_000;

    private Names() {}

    /// True if it can be stored.
    public static boolean fit(@Nullable String name) {
        return name == null || name.length() <= MAX_CHARS;
    }

    /// True if all names that a member brings can be stored.
    public static boolean fit(JoinGroupRequestData request) {
        return fit(request.memberId())
                && fit(request.groupInstanceId())
                && fit(request.protocolType())
                && request.protocols().stream().allMatch(protocol -> fit(protocol.name()));
    }
}
