package io.kurier.cluster.quota;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.metadata.ClientQuotaRecord;
import org.jspecify.annotations.Nullable;

/// For whom a limit holds: a user, a client id, both, or an address (KIP-546).
///
/// @param parts names by kind of entity ([#USER], [#CLIENT_ID], [#IP]); no name is the default, for all that have no
///     limit of their own
public record QuotaEntity(Map<String, @Nullable String> parts) {
    /// The kind of entity that is a user.
    public static final String USER = "user";
    /// The kind of entity that is a client id.
    public static final String CLIENT_ID = "client-id";
    /// The kind of entity that is a client's address.
    public static final String IP = "ip";

    /// Copies what it is given.
    public QuotaEntity {
        parts = Collections.unmodifiableMap(new TreeMap<>(parts));
    }

    /// The entity that a record speaks of.
    public static QuotaEntity of(ClientQuotaRecord record) {
        Map<String, @Nullable String> parts = new TreeMap<>();
        record.entity().forEach(part -> parts.put(part.entityType(), part.entityName()));
        return new QuotaEntity(parts);
    }

    /// True if the entity is of this kind, perhaps among others.
    public boolean has(String kind) {
        return parts.containsKey(kind);
    }

    /// The name of this kind; null for the default, and where the entity is not of this kind.
    public @Nullable String name(String kind) {
        return parts.get(kind);
    }

    /// A record for this entity, without a value yet.
    ///
    /// @param key the limit's name, such as `producer_byte_rate`
    public ClientQuotaRecord record(String key) {
        ClientQuotaRecord record = new ClientQuotaRecord().setKey(key);
        parts.forEach((kind, name) -> record.entity()
                .add(new ClientQuotaRecord.EntityData().setEntityType(kind).setEntityName(name)));
        return record;
    }
}
