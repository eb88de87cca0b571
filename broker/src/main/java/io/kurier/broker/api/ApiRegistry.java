package io.kurier.broker.api;

import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.protocol.ApiKeys;
import org.jspecify.annotations.Nullable;

/// The APIs that a node serves: both the dispatch table and the ApiVersions answer. A node that starts serves few of
/// them, and all once it is ready.
public final class ApiRegistry {
    private volatile Map<ApiKeys, ApiHandler<?>> handlers;

    /// @throws IllegalArgumentException if two handlers serve one API
    public ApiRegistry(List<ApiHandler<?>> all) {
        handlers = table(all);
    }

    /// From now on these handlers serve, and no others.
    ///
    /// @throws IllegalArgumentException if two of them serve one API
    public void serve(List<ApiHandler<?>> all) {
        handlers = table(all);
    }

    private static Map<ApiKeys, ApiHandler<?>> table(List<ApiHandler<?>> all) {
        Map<ApiKeys, ApiHandler<?>> table = new EnumMap<>(ApiKeys.class);
        for (ApiHandler<?> handler : all) {
            if (table.put(handler.key(), handler) != null) {
                throw new IllegalArgumentException("two handlers for " + handler.key());
            }
        }
        return table;
    }

    /// The handler that serves this version of an API, or null.
    public @Nullable ApiHandler<?> find(ApiKeys key, short version) {
        ApiHandler<?> handler = handlers.get(key);
        return handler != null && version >= handler.minVersion() && version <= handler.maxVersion() ? handler : null;
    }

    /// All handlers, in the order of their keys.
    public Collection<ApiHandler<?>> all() {
        return handlers.values();
    }
}
