package io.kurier.broker.quota;

import io.kurier.cluster.quota.QuotaEntity;
import io.kurier.kernel.Clock;
import java.net.InetAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The client quotas of one node: finds a client's, and follows changes. Safe for use by several threads. As long as no
/// quota is set, asking costs one read of a field.
public final class ClientQuotas {
    private static final long LONGEST_HOLD_NS = 1_000_000_000L;

    private final Clock clock;
    private final Buckets buckets;
    private volatile QuotaTable table = QuotaTable.EMPTY;

    /// No quotas yet.
    public ClientQuotas(Clock clock, QuotaWindows windows) {
        this.clock = clock;
        this.buckets = new Buckets(windows);
    }

    /// Takes the quotas of the cluster's metadata. What clients have used so far counts on where their limit stays the
    /// same; a limit that changes begins anew.
    public void update(Map<QuotaEntity, Map<String, Double>> limits) {
        table = QuotaTable.of(limits);
    }

    /// The quota of a client.
    ///
    /// @param clientId what it calls itself, or null: to quotas that is the empty name
    /// @param last what this answered for the same user before, or [ClientQuota#NONE]: answered again while it holds,
    ///     so that a connection's requests cost no look-up
    public ClientQuota of(String user, @Nullable String clientId, ClientQuota last) {
        QuotaTable now = table;
        if (now == QuotaTable.EMPTY) {
            return ClientQuota.NONE;
        }
        String client = clientId == null ? "" : clientId;
        return last.isOf(now, client) ? last : ClientQuota.of(now, user, client, buckets, clock);
    }

    /// Counts a connection from an address, or refuses it (KIP-612).
    ///
    /// @return 0 if it may go on; otherwise for how many nanoseconds it is kept waiting before it is closed, at most
    ///     one second, so that a client that tries again at once gains nothing
    public long holdConnectionNs(InetAddress address) {
        QuotaTable now = table;
        BucketKey key = now == QuotaTable.EMPTY ? null : now.find(address);
        if (key == null) {
            return 0;
        }
        long nowNs = clock.nanos();
        Bucket bucket = buckets.get(key, nowNs);
        long debtNs = bucket.debtNs(nowNs);
        if (debtNs == 0) {
            bucket.use(1, nowNs);
        }
        return Math.min(debtNs, LONGEST_HOLD_NS);
    }

    /// How many different users of quotas are remembered now.
    public int remembered() {
        return buckets.count();
    }
}
