package io.kurier.broker.api;

import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.protocol.ApiKeys;
import org.jspecify.annotations.Nullable;

/// The APIs that a node serves: both the dispatch table and the ApiVersions answer.
public final class ApiRegistry {
    private final Map<ApiKeys, ApiHandler<?>> handlers = new EnumMap<>(ApiKeys.class);

    /// @throws IllegalArgumentException if two handlers serve one API
    public ApiRegistry(List<ApiHandler<?>> all) {
        for (ApiHandler<?> handler : all) {
            add(handler);
        }
    }

    /// Adds one handler; only while the node is put together.
    ///
    /// @throws IllegalArgumentException if its API has one
    public void add(ApiHandler<?> handler) {
        if (handlers.put(handler.key(), handler) != null) {
            throw new IllegalArgumentException("two handlers for " + handler.key());
        }
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
