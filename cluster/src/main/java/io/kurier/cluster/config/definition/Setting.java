package io.kurier.cluster.config.definition;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The definition of one setting.
///
/// @param brokerNames for a topic's or group's setting: the broker's settings that it is taken from where it has no
/// value of its own, in the order of precedence
/// @param documentation one line for people
public record Setting(
        String name, Rule rule, Update update, Effect effect, List<BrokerName> brokerNames, String documentation) {
    /// What values a setting has.
    ///
    /// @param defaultValue normal, or null for none
    public record Rule(SettingType type, @Nullable String defaultValue, Allowed allowed) {}

    /// What its values are.
    public SettingType type() {
        return rule.type();
    }

    /// Its value where none is set, or null.
    public @Nullable String defaultValue() {
        return rule.defaultValue();
    }

    /// True if its value is never shown.
    public boolean isSensitive() {
        return type() == SettingType.PASSWORD;
    }

    /// True if DescribeConfigs shows it.
    public boolean isShown() {
        return effect != Effect.GONE && effect != Effect.REFUSED;
    }

    /// What may be set, in words that complete "allowed is ...".
    public String allowed() {
        if (effect == Effect.FIXED) return defaultValue() == null ? "not to set it" : "only '" + defaultValue() + "'";
        String narrowed = rule.allowed().describe();
        return narrowed.isEmpty() ? type().describe() : narrowed;
    }

    /// The value in the one form in which it is kept and shown: blanks dropped, numbers and booleans as usual.
    ///
    /// @throws InvalidSettingException if the text is not allowed
    public String normalize(String text) throws InvalidSettingException {
        return normalize(text, "");
    }

    /// As [#normalize(String)], with a message that says where the text was found.
    ///
    /// @param where such as `in server.properties line 7`; may be empty
    public String normalize(String text, String where) throws InvalidSettingException {
        if (effect == Effect.GONE) return text.strip();
        String place = where.isEmpty() ? "" : " " + where;
        if (effect == Effect.REFUSED)
            throw new InvalidSettingException("Setting '" + name + "'" + place + " cannot be set: " + documentation);
        String value;
        try {
            value = type().normalize(text);
        } catch (IllegalArgumentException notOfTheType) {
            throw refusal(text, place);
        }
        if (!rule.allowed().permits(value)) throw refusal(text, place);
        if (effect == Effect.FIXED && !Objects.equals(value, Objects.requireNonNullElse(defaultValue(), "")))
            throw refusal(text, place);
        return value;
    }

    private InvalidSettingException refusal(String text, String place) {
        String given = isSensitive() ? "the given value" : "'" + abbreviated(text) + "'";
        String reason = effect == Effect.FIXED ? ". " + documentation : "";
        return new InvalidSettingException("Invalid value " + given + " for setting '" + name + "'" + place
                + ": allowed is " + allowed() + reason);
    }

    private static String abbreviated(String text) {
        return text.length() <= 80 ? text : text.substring(0, 77) + "...";
    }
}
