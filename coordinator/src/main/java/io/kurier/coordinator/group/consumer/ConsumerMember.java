package io.kurier.coordinator.group.consumer;

import io.kurier.coordinator.group.consumer.assignor.Place;
import java.util.HashSet;
import java.util.Set;

/// One member of a consumer group: what it said of itself, where it stands, and when it is given up.
final class ConsumerMember {
    /// The epoch of a member with an instance id that has left and is expected back (KIP-848).
    static final int LEFT_FOR_NOW = -2;

    static final long NEVER = Long.MAX_VALUE;

    final String id;
    Profile profile;
    Standing standing = Standing.NEW;
    /// It has spoken, to this coordinator, in the epoch in which it stands: what comes in the one before was under way
    /// for long.
    boolean knowsItsEpoch;
    /// What it was told that it may read, and has not said that it reads: it may be about to take it, whatever it says
    /// to have just now.
    final Set<Place> untaken = new HashSet<>();
    /// What it reads it has not said yet to this coordinator, which began after it.
    boolean isUnheard;
    /// It was asked to say everything.
    boolean isAsked;
    /// It is not told what it has to give up before it has taken what it was told.
    boolean takesFirst;
    /// When it is out unless it is heard of.
    long sessionDeadlineMs = NEVER;
    /// When it is out unless it has given up what it must give up, or rejoined.
    long revocationDeadlineMs = NEVER;

    ConsumerMember(String id, Profile profile) {
        this.id = id;
        this.profile = profile;
    }

    long deadlineMs() {
        return Math.min(sessionDeadlineMs, revocationDeadlineMs);
    }

    /// True if it speaks the classic protocol.
    boolean isClassic() {
        return profile.classic() != null;
    }

    /// True if another one may come under its instance id: it has left, or it is of the classic protocol, in which
    /// static members do not say that they go.
    boolean mayBeReplaced() {
        return hasLeftForNow() || isClassic();
    }

    /// True if it has left and is expected back.
    boolean hasLeftForNow() {
        return standing.epoch() == LEFT_FOR_NOW;
    }
}
