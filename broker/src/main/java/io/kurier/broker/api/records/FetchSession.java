package io.kurier.broker.api.records;

import io.kurier.broker.api.records.FetchPlan.PartitionKey;
import io.kurier.broker.api.records.FetchPlan.Wanted;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.Errors;

/// What one client fetches again and again (KIP-227): requests then carry only changes, answers only partitions with
/// news.
final class FetchSession {
    /// What was last told about a partition.
    private static final class Entry {
        private Wanted wanted;
        private long toldHighWatermark = -1;
        private long toldLogStart = -1;

        private Entry(Wanted wanted) {
            this.wanted = wanted;
        }
    }

    /// So many requests a client sends before it has the answer to the first of them.
    private static final int MOST_IN_FLIGHT = 2;

    private static final int ANSWERS = 4;

    private final int id;
    private final boolean usesIds;
    private final LinkedHashMap<PartitionKey, Entry> entries = new LinkedHashMap<>();
    private int nextEpoch = 1;
    private Runnable endWait = () -> {};
    private int requests;
    /// When the last ones were answered, by their number; 0 for not yet.
    private final long[] answeredAt = new long[ANSWERS];
    private boolean gaveRecords;
    private long gaveNs;

    FetchSession(int id, boolean usesIds) {
        this.id = id;
        this.usesIds = usesIds;
    }

    int id() {
        return id;
    }

    boolean usesIds() {
        return usesIds;
    }

    synchronized int size() {
        return entries.size();
    }

    /// Takes a request's epoch; false if it is not the one that is due.
    synchronized boolean takeEpoch(int epoch) {
        if (epoch != nextEpoch) {
            return false;
        }
        nextEpoch = nextEpoch == Integer.MAX_VALUE ? 1 : nextEpoch + 1;
        return true;
    }

    /// A request begins to wait. One before it that still waits does not any more: its client wants something else now.
    ///
    /// @param end ends the wait of this one
    void waits(Runnable end) {
        Runnable before;
        synchronized (this) {
            before = endWait;
            endWait = end;
        }
        before.run();
    }

    /// The request with this end of its wait is answered.
    synchronized void answered(Runnable end) {
        if (endWait == end) {
            endWait = () -> {};
        }
    }

    /// A request comes in; its number.
    synchronized int begin() {
        int number = requests;
        requests = number == Integer.MAX_VALUE ? 0 : number + 1;
        answeredAt[number % ANSWERS] = 0;
        return number;
    }

    /// The moment after which the client has surely sent a request, as it had an answer that was made then; 0 if that
    /// is not known of any.
    synchronized long sentAfter(int request) {
        return request < MOST_IN_FLIGHT ? 0 : answeredAt[(request - MOST_IN_FLIGHT) % ANSWERS];
    }

    /// The answer to a request is made at this moment.
    synchronized void answered(int request, long moment) {
        answeredAt[request % ANSWERS] = moment;
    }

    /// An answer leaves, with records or without.
    synchronized void gave(boolean records, long nowNs) {
        gaveRecords = records;
        gaveNs = nowNs;
    }

    /// How long ago the last answer left; 0 if it had no records.
    synchronized long awayNs(long nowNs) {
        return gaveRecords ? nowNs - gaveNs : 0;
    }

    /// Takes the changes of a request.
    synchronized void update(List<Wanted> changed, List<PartitionKey> forgotten) {
        for (PartitionKey key : forgotten) {
            entries.remove(key);
        }
        for (Wanted wanted : changed) {
            Entry entry = entries.get(wanted.key());
            if (entry == null) {
                entries.put(wanted.key(), new Entry(wanted));
            } else {
                entry.wanted = wanted;
            }
        }
    }

    /// Everything that this session wants, those first that have waited longest.
    synchronized List<Wanted> wanted() {
        List<Wanted> all = new ArrayList<>(entries.size());
        for (Entry entry : entries.values()) {
            all.add(entry.wanted);
        }
        return all;
    }

    /// The high watermark that was told last, -1 for none.
    synchronized long toldHighWatermark(PartitionKey key) {
        Entry entry = entries.get(key);
        return entry == null ? -1 : entry.toldHighWatermark;
    }

    /// Picks what is news from a whole answer, and remembers it as told. Partitions with records go to the end of the
    /// order.
    ///
    /// @param all tell everything: the answer to the request that made the session
    synchronized Map<PartitionKey, PartitionData> news(List<Wanted> wanted, List<PartitionData> found, boolean all) {
        Map<PartitionKey, PartitionData> news = new LinkedHashMap<>();
        for (int i = 0; i < wanted.size(); i++) {
            PartitionKey key = wanted.get(i).key();
            PartitionData data = found.get(i);
            Entry entry = entries.get(key);
            boolean isNews = all || entry == null || isNews(entry, data);
            if (entry != null) {
                boolean hasRecords = data.records().sizeInBytes() > 0;
                if (hasRecords) {
                    entries.remove(key);
                    entries.put(key, entry);
                }
                entry.toldHighWatermark = data.highWatermark();
                entry.toldLogStart = data.logStartOffset();
            }
            if (isNews) {
                news.put(key, data);
            }
        }
        return news;
    }

    private static boolean isNews(Entry entry, PartitionData data) {
        return data.records().sizeInBytes() > 0
                || data.errorCode() != Errors.NONE.code()
                || data.divergingEpoch().endOffset() >= 0
                || data.preferredReadReplica() >= 0
                || data.highWatermark() != entry.toldHighWatermark
                || data.logStartOffset() != entry.toldLogStart;
    }
}
