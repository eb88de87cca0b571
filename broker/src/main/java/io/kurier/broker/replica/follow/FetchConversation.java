package io.kurier.broker.replica.follow;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchRequestData.ForgottenTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.protocol.Errors;

/// A follower's end of a fetch session (KIP-227): says in each request only what has changed since the one before, and
/// everything again when the leader has lost its end. Within a session a request may follow another before that is
/// answered; the one that opens it is alone, so it does not let the leader wait for records: what comes meanwhile could
/// not be asked for. Not safe for several threads.
final class FetchConversation {
    private static final int FULL = 0;

    /// One partition as Fetch names it.
    record Key(Uuid topicId, int partition) {}

    private final Map<Key, FetchPartition> wanted = new LinkedHashMap<>();
    private final Set<Key> changed = new HashSet<>();
    private final Set<Key> gone = new HashSet<>();
    private int sessionId;
    private int epoch = FULL;
    /// The request that opens a session was sent, and not answered yet.
    private boolean opening;
    /// The leader keeps no session for this follower: all requests are like the one that opens, and may wait.
    private boolean without;

    /// The partition is wanted like this from the next request on.
    void put(Key key, FetchPartition how) {
        if (!how.equals(wanted.put(key, how))) {
            changed.add(key);
            gone.remove(key);
        }
    }

    /// The partition is not wanted any more.
    void remove(Key key) {
        if (wanted.remove(key) != null) {
            changed.remove(key);
            gone.add(key);
        }
    }

    /// True if the next request would say something new, in a session that the leader knows.
    boolean hasNews() {
        return epoch != FULL && !(changed.isEmpty() && gone.isEmpty());
    }

    /// True if nothing is wanted.
    boolean isEmpty() {
        return wanted.isEmpty();
    }

    /// Fills in what the next request says.
    ///
    /// @param request says how long the leader may wait; set to 0 if it opens a session
    void ask(FetchRequestData request) {
        request.setSessionId(sessionId).setSessionEpoch(epoch);
        if (epoch == FULL && !without) {
            request.setMaxWaitMs(0);
        }
        Map<Uuid, FetchTopic> topics = new LinkedHashMap<>();
        for (Key key : epoch == FULL ? wanted.keySet() : changed) {
            FetchPartition partition = wanted.get(key);
            if (partition != null) {
                topics.computeIfAbsent(key.topicId, id -> new FetchTopic().setTopicId(id))
                        .partitions()
                        .add(partition);
            }
        }
        request.setTopics(new ArrayList<>(topics.values()));
        request.setForgottenTopicsData(epoch == FULL ? List.of() : forgotten());
        changed.clear();
        gone.clear();
        opening = epoch == FULL;
        if (!opening) {
            epoch = epoch == Integer.MAX_VALUE ? 1 : epoch + 1;
        }
    }

    private List<ForgottenTopic> forgotten() {
        Map<Uuid, ForgottenTopic> topics = new HashMap<>();
        for (Key key : gone) {
            topics.computeIfAbsent(key.topicId, id -> new ForgottenTopic().setTopicId(id))
                    .partitions()
                    .add(key.partition);
        }
        return new ArrayList<>(topics.values());
    }

    /// Takes the answer to a request. False if the leader does not know the session (any more): everything is to be
    /// asked for again, when all requests are answered.
    boolean answered(FetchResponseData answer) {
        if (answer.errorCode() != Errors.NONE.code()) {
            restart();
            return false;
        }
        if (opening) {
            opening = false;
            sessionId = answer.sessionId();
            without = sessionId == 0;
            epoch = without ? FULL : 1;
        }
        return true;
    }

    /// Nothing is known of the last requests: the next one begins anew.
    void restart() {
        epoch = FULL;
        opening = false;
        without = false;
    }
}
