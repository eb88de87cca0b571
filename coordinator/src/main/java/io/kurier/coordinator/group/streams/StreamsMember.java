package io.kurier.coordinator.group.streams;

import io.kurier.coordinator.group.streams.assignor.Tasks;
import java.util.List;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData.TaskOffset;
import org.jspecify.annotations.Nullable;

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
    /// What it said last that it runs; null since the coordinator began. It is told its tasks until it says that it
    /// runs them: an answer may have gone to a copy of a request that nobody waits for.
    @Nullable
    Tasks said;

    /// It was asked to say everything.
    boolean isAsked;
    /// It is not told what it has to give up before it has taken what it was told.
    boolean takesFirst;
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

    /// True if it has said that it runs its tasks, and no others, as far as that is known.
    boolean runsWhatItMay() {
        return said == null || said.equals(standing.assigned().tasks());
    }

    /// True if it has left and is expected back.
    boolean hasLeftForNow() {
        return standing.epoch() == LEFT_FOR_NOW;
    }
}
