package io.kurier.cluster.config;

import io.kurier.cluster.config.definition.Setting;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One setting of one resource: the value that holds, where it comes from, and what would hold without it.
///
/// @param value normal, in the setting's own unit; null for none
/// @param readOnly true if it cannot be changed while the node runs
/// @param synonyms all values that were looked at, the one that holds first, each in the unit of its own name
public record ConfigEntry(
        Setting setting, @Nullable String value, ConfigSource source, boolean readOnly, List<Synonym> synonyms) {
    /// A value that holds unless one before it does.
    public record Synonym(String name, @Nullable String value, ConfigSource source) {}
}
