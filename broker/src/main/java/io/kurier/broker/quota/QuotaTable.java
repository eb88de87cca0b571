package io.kurier.broker.quota;

import io.kurier.cluster.quota.QuotaEntity;
import io.kurier.cluster.quota.QuotaKey;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which limit holds for whom, at one state of the metadata: the most specific of Kafka's eight levels, for each limit
/// by itself. Immutable.
final class QuotaTable {
    static final QuotaTable EMPTY = new QuotaTable(Map.of());

    /// Buckets are kept by client id, which may be as long as 32 KiB; those that differ only behind this share one.
    private static final int MAX_CLIENT_ID_LENGTH = 256;

    private enum Part {
        NAMED,
        DEFAULT,
        ABSENT
    }

    private record Level(Part user, Part client) {}

    private static final Level[] BY_PRECEDENCE = {
        new Level(Part.NAMED, Part.NAMED),
        new Level(Part.NAMED, Part.DEFAULT),
        new Level(Part.NAMED, Part.ABSENT),
        new Level(Part.DEFAULT, Part.NAMED),
        new Level(Part.DEFAULT, Part.DEFAULT),
        new Level(Part.DEFAULT, Part.ABSENT),
        new Level(Part.ABSENT, Part.NAMED),
        new Level(Part.ABSENT, Part.DEFAULT)
    };

    private final Map<QuotaEntity, Map<String, Double>> limits;
    private final Map<InetAddress, Double> connections = new HashMap<>();
    private @Nullable Double connectionsByDefault;

    private QuotaTable(Map<QuotaEntity, Map<String, Double>> limits) {
        this.limits = limits;
        limits.forEach((entity, values) -> {
            Double rate = values.get(QuotaKey.CONNECTION_CREATION_RATE.key());
            if (entity.has(QuotaEntity.IP) && rate != null) {
                addAddress(entity.name(QuotaEntity.IP), rate);
            }
        });
    }

    /// The limits of an image.
    static QuotaTable of(Map<QuotaEntity, Map<String, Double>> limits) {
        return limits.isEmpty() ? EMPTY : new QuotaTable(limits);
    }

    private void addAddress(@Nullable String name, double rate) {
        if (name == null) {
            connectionsByDefault = rate;
            return;
        }
        try {
            connections.put(InetAddress.ofLiteral(name), rate);
        } catch (IllegalArgumentException _) {
            // A host name, which Kafka's controller accepts and ours does not: no client's address equals it.
        }
    }

    /// The bucket that a client uses for a limit; null if it has no such limit.
    @Nullable
    BucketKey find(QuotaKey quota, String user, String clientId) {
        for (Level level : BY_PRECEDENCE) {
            Map<String, @Nullable String> entity = new HashMap<>();
            put(entity, QuotaEntity.USER, level.user(), user);
            put(entity, QuotaEntity.CLIENT_ID, level.client(), clientId);
            Map<String, Double> values = limits.get(new QuotaEntity(entity));
            Double limit = values == null ? null : values.get(quota.key());
            if (limit != null) {
                return new BucketKey(
                        quota,
                        level.user() == Part.ABSENT ? null : user,
                        level.client() == Part.ABSENT ? null : shortened(clientId),
                        limit);
            }
        }
        return null;
    }

    private static void put(Map<String, @Nullable String> entity, String kind, Part part, String name) {
        if (part != Part.ABSENT) {
            entity.put(kind, part == Part.NAMED ? name : null);
        }
    }

    private static String shortened(String clientId) {
        return clientId.length() <= MAX_CLIENT_ID_LENGTH ? clientId : clientId.substring(0, MAX_CLIENT_ID_LENGTH);
    }

    /// The bucket for connections from an address; null if they have no limit.
    @Nullable
    BucketKey find(InetAddress address) {
        Double rate = connections.getOrDefault(address, connectionsByDefault);
        return rate == null
                ? null
                : new BucketKey(QuotaKey.CONNECTION_CREATION_RATE, null, address.getHostAddress(), rate);
    }
}
