package io.kurier.broker.quota;

import io.kurier.cluster.quota.QuotaKey;
import io.kurier.kernel.Clock;
import java.util.EnumMap;
import java.util.Map;
import org.apache.kafka.common.protocol.ApiKeys;
import org.jspecify.annotations.Nullable;

/// What one client may use, as its connection sees it: counts what is used, and says how long the client must wait.
/// Safe for use by several threads.
///
/// Use is counted when it is known, and the wait comes after it, so that the rate holds. What can be refused is refused
/// as long as something is unpaid, and only then the client waits.
/// Limits that a client does not have cost nothing.
public final class ClientQuota {
    /// Of a client without any limit.
    public static final ClientQuota NONE =
            new ClientQuota(QuotaTable.EMPTY, "", Map.of(), new Buckets(new QuotaWindows(1, 1, 1)), Clock.system());

    private static final long NS_PER_MS = 1_000_000;

    private final QuotaTable table;
    private final String clientId;
    private final Map<QuotaKey, BucketKey> keys;
    private final Buckets buckets;
    private final Clock clock;

    /// What was refused last, and is to be waited for; so that a client that may go on is not told to wait.
    private volatile boolean fetchRefused;
    private volatile boolean changesRefused;

    private ClientQuota(
            QuotaTable table, String clientId, Map<QuotaKey, BucketKey> keys, Buckets buckets, Clock clock) {
        this.table = table;
        this.clientId = clientId;
        this.keys = keys;
        this.buckets = buckets;
        this.clock = clock;
    }

    static ClientQuota of(QuotaTable table, String user, String clientId, Buckets buckets, Clock clock) {
        Map<QuotaKey, BucketKey> keys = new EnumMap<>(QuotaKey.class);
        for (QuotaKey quota : QuotaKey.values()) {
            BucketKey key = table.find(quota, user, clientId);
            if (key != null) {
                keys.put(quota, key);
            }
        }
        return new ClientQuota(table, clientId, keys, buckets, clock);
    }

    boolean isOf(QuotaTable now, String client) {
        return table == now && clientId.equals(client);
    }

    private @Nullable BucketKey key(QuotaKey quota) {
        return this == NONE ? null : keys.get(quota);
    }

    private void use(QuotaKey quota, double units) {
        BucketKey key = key(quota);
        if (key != null) {
            long nowNs = clock.nanos();
            buckets.get(key, nowNs).use(units, nowNs);
        }
    }

    private long debtNs(QuotaKey quota) {
        BucketKey key = key(quota);
        if (key == null) {
            return 0;
        }
        long nowNs = clock.nanos();
        return buckets.get(key, nowNs).debtNs(nowNs);
    }

    /// Counts a request's bytes, if there is a limit for this API's requests.
    public void received(ApiKeys api, long bytes) {
        if (api == ApiKeys.PRODUCE) {
            use(QuotaKey.PRODUCER_BYTE_RATE, (double) bytes);
        }
    }

    /// Counts an answer's bytes, if there is a limit for this API's answers.
    public void answered(ApiKeys api, long bytes) {
        if (api == ApiKeys.FETCH || api == ApiKeys.SHARE_FETCH) {
            use(QuotaKey.CONSUMER_BYTE_RATE, (double) bytes);
        }
    }

    /// The time at which work on a request begins, for [#worked]; any number if nobody wants to know.
    public long beginNs() {
        return key(QuotaKey.REQUEST_PERCENTAGE) == null ? 0 : clock.nanos();
    }

    /// Counts the time that a thread has worked on a request.
    ///
    /// @param beganNs by [#beginNs()], on this thread
    public void worked(long beganNs) {
        BucketKey key = key(QuotaKey.REQUEST_PERCENTAGE);
        if (key != null) {
            long nowNs = clock.nanos();
            buckets.get(key, nowNs).use((nowNs - beganNs) / 1e9 * 100, nowNs);
        }
    }

    /// True if there is a limit for changes of partitions.
    public boolean limitsPartitionChanges() {
        return key(QuotaKey.CONTROLLER_MUTATION_RATE) != null;
    }

    /// True if the client may change so many partitions now, which is then counted; false if it has to wait first.
    public boolean mayChangePartitions(int count) {
        if (debtNs(QuotaKey.CONTROLLER_MUTATION_RATE) > 0) {
            changesRefused = true;
            return false;
        }
        use(QuotaKey.CONTROLLER_MUTATION_RATE, count);
        if (this != NONE) {
            changesRefused = false;
        }
        return true;
    }

    /// Counts partitions that the client changes and cannot be refused; it waits afterwards.
    public void changedPartitions(int count) {
        if (this != NONE && count > 0) {
            use(QuotaKey.CONTROLLER_MUTATION_RATE, count);
            changesRefused = true;
        }
    }

    /// True if the client may fetch now; false if it has to wait until its last answers are paid for.
    public boolean mayFetch() {
        if (this == NONE) {
            return true;
        }
        boolean refused = debtNs(QuotaKey.CONSUMER_BYTE_RATE) > 0;
        fetchRefused = refused;
        return !refused;
    }

    /// How many bytes one answer to a Fetch may have, so that it can be paid for within a window.
    public int mostFetchBytes() {
        BucketKey key = key(QuotaKey.CONSUMER_BYTE_RATE);
        return key == null
                ? Integer.MAX_VALUE
                : (int) Math.clamp(buckets.get(key, clock.nanos()).unitsPerWindow(), 1, Integer.MAX_VALUE);
    }

    /// How long the client has to wait before it sends another request of this API (KIP-219), in nanoseconds; 0 if it
    /// need not.
    public long throttleNs(ApiKeys api) {
        if (this == NONE) {
            return 0;
        }
        long requestNs =
                Math.min(debtNs(QuotaKey.REQUEST_PERCENTAGE), buckets.windows().maxRequestThrottleNs());
        return switch (api) {
            case PRODUCE -> Math.max(requestNs, debtNs(QuotaKey.PRODUCER_BYTE_RATE));
            case FETCH, SHARE_FETCH ->
                fetchRefused ? Math.max(requestNs, debtNs(QuotaKey.CONSUMER_BYTE_RATE)) : requestNs;
            case CREATE_TOPICS, DELETE_TOPICS, CREATE_PARTITIONS ->
                changesRefused ? Math.max(requestNs, debtNs(QuotaKey.CONTROLLER_MUTATION_RATE)) : requestNs;
            default -> requestNs;
        };
    }

    /// The same as it is told to the client, in milliseconds, rounded up.
    public int throttleMs(ApiKeys api) {
        return (int) ((throttleNs(api) + NS_PER_MS - 1) / NS_PER_MS);
    }
}
