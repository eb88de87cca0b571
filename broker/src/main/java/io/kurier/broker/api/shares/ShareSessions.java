package io.kurier.broker.api.shares;

import io.kurier.broker.replica.PartitionException;
import io.kurier.broker.share.SharePartitions;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// The share sessions of a node (KIP-932), at most so many: a new one must wait until another is closed, as those that
/// are there have records. A session ends with its connection at the latest; what its member has is for others then.
public final class ShareSessions {
    /// Begins a session, in place of one that the member has.
    static final int OPEN = 0;
    /// Ends it.
    static final int CLOSE = -1;

    private final int maxSessions;
    private final SharePartitions shares;
    private final Map<Member, ShareSession> sessions = new HashMap<>();
    private final Map<String, Integer> sessionsOfGroup = new HashMap<>();
    /// Which connection has which sessions; one callback for each connection.
    private final IdentityHashMap<CompletionStage<Void>, Set<Member>> lines = new IdentityHashMap<>();

    private record Member(String groupId, String memberId) {}

    /// @param maxSessions `group.share.max.share.sessions`
    /// @param shares told of members that are gone
    public ShareSessions(int maxSessions, SharePartitions shares) {
        this.maxSessions = maxSessions;
        this.shares = shares;
    }

    /// Makes a session. One that the member has already ends, and its records stay with the member.
    ///
    /// @param line completes when the connection is gone
    /// @throws PartitionException SHARE_SESSION_LIMIT_REACHED
    ShareSession open(String groupId, String memberId, CompletionStage<Void> line) {
        ShareSession session = new ShareSession(groupId, memberId, line);
        boolean newLine;
        synchronized (this) {
            Member member = new Member(groupId, memberId);
            ShareSession before = sessions.get(member);
            if (before == null && sessions.size() >= maxSessions) {
                throw new PartitionException(
                        Errors.SHARE_SESSION_LIMIT_REACHED,
                        "This node has " + sessions.size() + " share sessions already; group.share.max.share.sessions"
                                + " says how many there may be");
            }
            if (before != null) {
                before.close();
                removeFromLine(before);
            } else {
                sessionsOfGroup.merge(groupId, 1, Integer::sum);
            }
            sessions.put(member, session);
            newLine = !lines.containsKey(line);
            lines.computeIfAbsent(line, _ -> new HashSet<>()).add(member);
        }
        if (newLine) {
            line.whenComplete((_, _) -> gone(line));
        }
        return session;
    }

    private void gone(CompletionStage<Void> line) {
        List<ShareSession> open;
        do {
            synchronized (this) {
                open = lines.getOrDefault(line, Set.of()).stream()
                        .map(sessions::get)
                        .filter(Objects::nonNull)
                        .toList();
                if (open.isEmpty()) {
                    lines.remove(line);
                }
            }
            open.forEach(session -> end(session, false));
        } while (!open.isEmpty());
    }

    /// The line stays known: it is told of once.
    private void removeFromLine(ShareSession session) {
        Set<Member> ofLine = lines.get(session.line());
        if (ofLine != null) {
            ofLine.remove(new Member(session.groupId(), session.memberId()));
        }
    }

    /// The session for a request with this epoch, which is not [#OPEN].
    ///
    /// @throws PartitionException SHARE_SESSION_NOT_FOUND, INVALID_SHARE_SESSION_EPOCH
    ShareSession find(String groupId, String memberId, int epoch) {
        ShareSession session = get(groupId, memberId);
        if (session == null) {
            throw new PartitionException(
                    Errors.SHARE_SESSION_NOT_FOUND,
                    "Member " + memberId + " of share group " + groupId
                            + " has no share session on this node; begin one with session epoch 0");
        }
        if (epoch != CLOSE && !session.takeEpoch(epoch)) {
            throw new PartitionException(
                    Errors.INVALID_SHARE_SESSION_EPOCH,
                    "Session epoch " + epoch + " of member " + memberId + " is not the one that is due");
        }
        return session;
    }

    private synchronized @Nullable ShareSession get(String groupId, String memberId) {
        return sessions.get(new Member(groupId, memberId));
    }

    /// Ends a session, if that was not done.
    ///
    /// @param byMember true if the member says so itself: what it has not acknowledged, it has never looked at
    @SuppressWarnings("ReferenceEquality") // the member may have another one by now
    void end(ShareSession session, boolean byMember) {
        boolean last;
        synchronized (this) {
            Member member = new Member(session.groupId(), session.memberId());
            if (sessions.get(member) != session) {
                return;
            }
            sessions.remove(member);
            removeFromLine(session);
            session.close();
            last = sessionsOfGroup.merge(session.groupId(), -1, Integer::sum) == 0;
            if (last) {
                sessionsOfGroup.remove(session.groupId());
            }
        }
        shares.release(session.groupId(), session.memberId(), byMember);
        if (last) {
            shares.retire(session.groupId());
        }
    }

    /// How many there are.
    public synchronized int size() {
        return sessions.size();
    }
}
