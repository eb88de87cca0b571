package io.kurier.cluster.config;

import io.kurier.cluster.config.definition.SettingType;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads the values of settings as what they are. For settings that are known to exist, and whose values are allowed.
public final class TypedValues {
    private final EffectiveConfig config;
    private final @Nullable Map<String, String> overrides;

    private TypedValues(EffectiveConfig config, @Nullable Map<String, String> overrides) {
        this.config = config;
        this.overrides = overrides;
    }

    /// The values of a broker's settings.
    public static TypedValues ofBroker(EffectiveConfig config) {
        return new TypedValues(config, null);
    }

    /// The values of a topic's settings.
    public static TypedValues ofTopic(EffectiveConfig config, Map<String, String> overrides) {
        return new TypedValues(config, overrides);
    }

    /// Text, or null if there is none.
    public @Nullable String orNull(String name) {
        return overrides == null ? config.brokerValue(name) : config.topicValue(name, overrides);
    }

    /// Text.
    public String text(String name) {
        String value = orNull(name);
        if (value == null) throw new IllegalStateException("setting '" + name + "' has no value");
        return value;
    }

    /// A whole number that fits into an int.
    public int integer(String name) {
        return Integer.parseInt(text(name));
    }

    /// A whole number.
    public long number(String name) {
        return Long.parseLong(text(name));
    }

    /// A number.
    public double decimal(String name) {
        return Double.parseDouble(text(name));
    }

    /// True or false.
    public boolean flag(String name) {
        return Boolean.parseBoolean(text(name));
    }

    /// The elements of a list; none if there is no value.
    public List<String> list(String name) {
        String value = orNull(name);
        return value == null ? List.of() : SettingType.elements(value);
    }
}
