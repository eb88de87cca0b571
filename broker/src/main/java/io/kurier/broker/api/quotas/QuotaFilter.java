package io.kurier.broker.api.quotas;

import io.kurier.cluster.quota.QuotaEntity;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.message.DescribeClientQuotasRequestData.ComponentData;
import org.jspecify.annotations.Nullable;

/// Which entities somebody wants to see the quotas of (KIP-546): one component for each kind that they must have, with
/// a certain name, with none (the default), or with any.
final class QuotaFilter {
    private static final Set<String> KINDS = Set.of(QuotaEntity.USER, QuotaEntity.CLIENT_ID, QuotaEntity.IP);
    private static final byte EXACT = 0;
    private static final byte DEFAULT = 1;
    private static final byte SPECIFIED = 2;

    private final Map<String, Wanted> byKind = new HashMap<>();
    private final boolean strict;

    /// @param name that the entity must have; null for the default
    /// @param any true if its name does not matter
    private record Wanted(@Nullable String name, boolean any) {
        boolean matches(@Nullable String actual) {
            return any || (name == null ? actual == null : name.equals(actual));
        }
    }

    /// @param strict only entities that have no other kinds than those of the components
    /// @throws InvalidRequestException if a component makes no sense, or they make none together
    /// @throws UnsupportedVersionException if there is no such kind of entity
    QuotaFilter(List<ComponentData> components, boolean strict) {
        this.strict = strict;
        for (ComponentData component : components) {
            String kind = component.entityType();
            if (kind.isEmpty()) {
                throw new InvalidRequestException("Invalid empty entity type.");
            }
            if (!KINDS.contains(kind)) {
                throw new UnsupportedVersionException("Unsupported entity type '" + kind + "'.");
            }
            if (byKind.put(kind, wanted(component)) != null) {
                throw new InvalidRequestException(
                        "Entity type '" + kind + "' cannot appear more than once in the filter.");
            }
        }
        if (byKind.containsKey(QuotaEntity.IP) && byKind.size() > 1) {
            throw new InvalidRequestException("Invalid entity filter component combination: the filter for addresses"
                    + " cannot be used with one for users or client ids.");
        }
    }

    private static Wanted wanted(ComponentData component) {
        String match = component.match();
        return switch (component.matchType()) {
            case EXACT -> {
                if (match == null) {
                    throw new InvalidRequestException(
                            "Request specified MATCH_TYPE_EXACT, but set match string to null.");
                }
                yield new Wanted(match, false);
            }
            case DEFAULT -> new Wanted(none(match, "MATCH_TYPE_DEFAULT"), false);
            case SPECIFIED -> new Wanted(none(match, "MATCH_TYPE_SPECIFIED"), true);
            default -> throw new InvalidRequestException("Unknown match type " + component.matchType() + ".");
        };
    }

    private static @Nullable String none(@Nullable String match, String type) {
        if (match != null) {
            throw new InvalidRequestException("Request specified " + type + ", but also specified a match string.");
        }
        return null;
    }

    /// True if somebody wants to see this entity.
    boolean matches(QuotaEntity entity) {
        for (Map.Entry<String, Wanted> wanted : byKind.entrySet()) {
            if (!entity.has(wanted.getKey()) || !wanted.getValue().matches(entity.name(wanted.getKey()))) {
                return false;
            }
        }
        return !strict || entity.parts().size() == byKind.size();
    }
}
