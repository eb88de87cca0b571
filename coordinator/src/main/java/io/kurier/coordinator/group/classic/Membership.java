package io.kurier.coordinator.group.classic;

import io.kurier.coordinator.runtime.Ticket;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ObjLongConsumer;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.jspecify.annotations.Nullable;

/// Who is in a group: members, static identities, ids given out but not used yet, the leader, and how many support
/// each protocol. Pure bookkeeping; counts are kept as members come and go, so that a join of a thousand costs a
/// thousand.
final class Membership {
    private final Map<String, Member> members = new LinkedHashMap<>();
    private final Map<String, String> idByInstance = new HashMap<>();
    private final Map<String, Long> pendingDeadlines = new LinkedHashMap<>();
    private final Map<String, Integer> supporters = new HashMap<>();
    private final Set<String> notSynced = new HashSet<>();
    private int awaitingJoin;
    private @Nullable String leaderId;

    int size() {
        return members.size();
    }

    boolean isEmpty() {
        return members.isEmpty();
    }

    Collection<Member> all() {
        return members.values();
    }

    @Nullable
    Member find(String memberId) {
        return members.get(memberId);
    }

    @Nullable
    Member findStatic(@Nullable String instanceId) {
        String id = instanceId == null ? null : idByInstance.get(instanceId);
        return id == null ? null : members.get(id);
    }

    @Nullable
    String leaderId() {
        return leaderId;
    }

    void lead(String memberId) {
        leaderId = memberId;
    }

    boolean isLeader(Member member) {
        return member.id.equals(leaderId);
    }

    void add(Member member) {
        members.put(member.id, member);
        pendingDeadlines.remove(member.id);
        if (member.instanceId != null) {
            idByInstance.put(member.instanceId, member.id);
        }
        count(member.protocols, 1);
        awaitingJoin += member.awaitingJoin == null ? 0 : 1;
        if (leaderId == null) {
            leaderId = member.id;
        }
    }

    void remove(Member member) {
        members.remove(member.id);
        if (member.instanceId != null) {
            idByInstance.remove(member.instanceId, member.id);
        }
        count(member.protocols, -1);
        awaitingJoin -= member.awaitingJoin == null ? 0 : 1;
        notSynced.remove(member.id);
        if (member.id.equals(leaderId)) {
            leaderId = members.isEmpty() ? null : members.keySet().iterator().next();
        }
    }

    /// Puts a member in the place of one with the same static identity: it leads if that one led, and owes a sync if
    /// that one did.
    void replace(Member old, Member fresh) {
        boolean led = isLeader(old);
        boolean owedSync = notSynced.contains(old.id);
        remove(old);
        add(fresh);
        if (led) {
            leaderId = fresh.id;
        }
        if (owedSync) {
            notSynced.add(fresh.id);
        }
    }

    void setProtocols(Member member, Map<String, byte[]> protocols) {
        count(member.protocols, -1);
        member.protocols = protocols;
        count(protocols, 1);
    }

    void setAwaitingJoin(Member member, @Nullable Ticket<JoinGroupResponseData> ticket) {
        awaitingJoin += (ticket == null ? 0 : 1) - (member.awaitingJoin == null ? 0 : 1);
        member.awaitingJoin = ticket;
    }

    private void count(Map<String, byte[]> protocols, int change) {
        for (String protocol : protocols.keySet()) {
            supporters.merge(protocol, change, (before, more) -> before + more == 0 ? null : before + more);
        }
    }

    int awaitingJoin() {
        return awaitingJoin;
    }

    /// True if every known member has asked to join, and nobody is about to.
    boolean allJoined() {
        return awaitingJoin == members.size() && pendingDeadlines.isEmpty();
    }

    List<Member> notJoined() {
        return members.values().stream().filter(m -> m.awaitingJoin == null).toList();
    }

    /// True if at least one of these protocols is supported by every member.
    boolean supportAny(Collection<String> protocols) {
        return protocols.stream().anyMatch(this::allSupport);
    }

    private boolean allSupport(String protocol) {
        return supporters.getOrDefault(protocol, 0) == members.size();
    }

    /// The protocol that most members prefer among those that all support; a tie goes to the one that was voted for
    /// first. Null if no protocol suits all.
    @Nullable
    String selectProtocol() {
        Map<String, Integer> votes = new LinkedHashMap<>();
        for (Member member : members.values()) {
            for (String protocol : member.protocols.keySet()) {
                if (allSupport(protocol)) {
                    votes.merge(protocol, 1, Integer::sum);
                    break;
                }
            }
        }
        String winner = null;
        int most = 0;
        for (Map.Entry<String, Integer> vote : votes.entrySet()) {
            if (vote.getValue() > most) {
                winner = vote.getKey();
                most = vote.getValue();
            }
        }
        return winner;
    }

    int longestRebalanceTimeoutMs() {
        int longest = 0;
        for (Member member : members.values()) {
            longest = Math.max(longest, member.rebalanceTimeoutMs);
        }
        return longest;
    }

    void addPending(String memberId, long deadlineMs) {
        pendingDeadlines.put(memberId, deadlineMs);
    }

    boolean isPending(String memberId) {
        return pendingDeadlines.containsKey(memberId);
    }

    boolean removePending(String memberId) {
        return pendingDeadlines.remove(memberId) != null;
    }

    int pending() {
        return pendingDeadlines.size();
    }

    void eachPending(ObjLongConsumer<String> visitor) {
        pendingDeadlines.forEach(visitor::accept);
    }

    /// Ids that were given out and not used by `nowMs`.
    List<String> expiredPending(long nowMs) {
        return pendingDeadlines.entrySet().stream()
                .filter(pending -> pending.getValue() <= nowMs)
                .map(Map.Entry::getKey)
                .toList();
    }

    /// Everybody owes a sync.
    void expectSyncs() {
        notSynced.clear();
        notSynced.addAll(members.keySet());
    }

    void synced(Member member) {
        notSynced.remove(member.id);
    }

    void forgetSyncs() {
        notSynced.clear();
    }

    boolean allSynced() {
        return notSynced.isEmpty();
    }

    List<Member> notSynced() {
        return members.values().stream().filter(m -> notSynced.contains(m.id)).toList();
    }
}
