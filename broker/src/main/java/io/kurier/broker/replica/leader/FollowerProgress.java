package io.kurier.broker.replica.leader;

/// How far one follower has come in the present leader epoch.
final class FollowerProgress {
    /// The follower has not fetched in this epoch.
    static final long UNKNOWN = -1;

    final int id;
    /// The high watermark waits for it.
    boolean counts;
    /// Everything below is on its disk.
    long end = UNKNOWN;
    /// Its first record.
    private long start;
    long brokerEpoch = -1;
    boolean eligible;
    /// It still followed this leader at that moment ([Moments]); 0 if that is not known of any.
    long followedAt;
    /// The controller refused it at that time.
    long refusedNs;
    boolean refused;
    private boolean fetched;
    private long fetchedNs;
    private long logEndThen;
    private long caughtUpNs;

    FollowerProgress(int id, long nowNs) {
        this.id = id;
        this.caughtUpNs = nowNs;
    }

    /// True if this fetch is older than one that was seen: it says nothing new.
    boolean isOld(ReplicaFetch fetch) {
        return fetch.brokerEpoch() < brokerEpoch || fetched && fetch.receivedNs() - fetchedNs < 0;
    }

    /// It fetches behind what it has, while the leader's log ends at `logEnd`.
    void fetched(ReplicaFetch fetch, Held held, long logEnd) {
        long offset = held.endOffset();
        if (offset >= logEnd) {
            caughtUpNs = fetch.receivedNs();
        } else if (fetched && offset >= logEndThen && fetchedNs - caughtUpNs > 0) {
            caughtUpNs = fetchedNs; // it has all that there was the last time
        }
        start = held.startOffset();
        end = offset;
        brokerEpoch = fetch.brokerEpoch();
        eligible = fetch.eligible();
        followedAt = Math.max(followedAt, fetch.sentAfter());
        fetched = true;
        fetchedNs = fetch.receivedNs();
        logEndThen = logEnd;
    }

    /// True if it has the record at `offset`, or ends there.
    boolean reaches(long offset) {
        return start <= offset && offset <= end;
    }

    /// How far it has come, and since when it has had all there was.
    ReadCandidate candidate() {
        return new ReadCandidate(id, end, caughtUpNs);
    }

    /// False if it has been behind the leader's log end for longer than `lagNs`.
    boolean keepsUp(long logEnd, long nowNs, long lagNs) {
        return end >= logEnd || nowNs - caughtUpNs <= lagNs;
    }
}
