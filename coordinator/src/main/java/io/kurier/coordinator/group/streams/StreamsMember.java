package io.kurier.coordinator.group.streams;

import java.util.List;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData.TaskOffset;

/// One member of a streams group, a thread of the application: what it said of itself, where it stands, and when it is
/// given up.
final class StreamsMember {
    /// The epoch of a member with an instance id that has left and is expected back.
    static final int LEFT_FOR_NOW = -2;

    static final long NEVER = Long.MAX_VALUE;

    final String id;
    Profile profile;
    Standing standing = Standing.NEW;
    /// How far its state is, and how far it could be: as it said last.
    List<TaskOffset> offsets = List.of();
    List<TaskOffset> endOffsets = List.of();
    /// When it is out unless it is heard of.
    long sessionDeadlineMs = NEVER;
    /// When it is out unless it has given up what it must give up.
    long revocationDeadlineMs = NEVER;

    StreamsMember(String id, Profile profile) {
        this.id = id;
        this.profile = profile;
    }

    long deadlineMs() {
        return Math.min(sessionDeadlineMs, revocationDeadlineMs);
    }

    /// True if it has left and is expected back.
    boolean hasLeftForNow() {
        return standing.epoch() == LEFT_FOR_NOW;
    }
}
