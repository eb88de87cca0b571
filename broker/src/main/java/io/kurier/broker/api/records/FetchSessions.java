package io.kurier.broker.api.records;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The fetch sessions of a node, at most so many: the one that was used longest ago makes room for a new one.
public final class FetchSessions {
    private final int maxSessions;
    private final RandomGenerator random;
    private final LinkedHashMap<Integer, FetchSession> byId = new LinkedHashMap<>(16, 0.75f, true);

    /// @param maxSessions `max.incremental.fetch.session.cache.slots`; 0 for no sessions at all
    public FetchSessions(int maxSessions, RandomGenerator random) {
        this.maxSessions = maxSessions;
        this.random = random;
    }

    /// Makes a session, or null if there may be none.
    synchronized @Nullable FetchSession create(boolean usesIds) {
        if (maxSessions <= 0) {
            return null;
        }
        if (byId.size() >= maxSessions) {
            Iterator<Integer> oldest = byId.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
        int id;
        do {
            id = random.nextInt(1, Integer.MAX_VALUE);
        } while (byId.containsKey(id));
        FetchSession session = new FetchSession(id, usesIds);
        byId.put(id, session);
        return session;
    }

    synchronized @Nullable FetchSession find(int id) {
        return byId.get(id);
    }

    synchronized void remove(int id) {
        byId.remove(id);
    }
}
