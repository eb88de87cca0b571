package io.kurier.coordinator.group.share;

import io.kurier.coordinator.group.consumer.assignor.Place;
import java.util.Collections;
import java.util.NavigableSet;
import org.jspecify.annotations.Nullable;

/// One member of a share group: what it said of itself, what it may read, and when it is given up.
final class ShareMember {
    static final long NEVER = Long.MAX_VALUE;

    final String id;
    Profile profile;
    /// Of the group's target that it was told last.
    int epoch;
    /// The one before; a request may still name it, when the answer with the newer one was lost.
    int previousEpoch = -1;
    NavigableSet<Place> assigned = Collections.emptyNavigableSet();
    /// When it is out unless it is heard of.
    long sessionDeadlineMs = NEVER;

    /// What a member has said of itself. Unchangeable.
    ///
    /// @param topics that it wants, by name, whether they exist or not
    record Profile(@Nullable String rackId, String clientId, String clientHost, NavigableSet<String> topics) {
        Profile {
            topics = Collections.unmodifiableNavigableSet(topics);
        }
    }

    ShareMember(String id, Profile profile) {
        this.id = id;
        this.profile = profile;
    }
}
