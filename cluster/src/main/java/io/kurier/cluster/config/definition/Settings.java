package io.kurier.cluster.config.definition;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// All settings of one kind of resource, by name. What they are lies in the `.table` files beside this class.
public final class Settings {
    /// What may be set on a topic.
    public static final Settings TOPIC = read("topic-settings.table", "topic");
    /// What may be set on a broker, in its file or later.
    public static final Settings BROKER = read("broker-settings.table", "broker");
    /// What may be set on a group.
    public static final Settings GROUP = read("group-settings.table", "group");
    /// What may be set on a subscription to clients' metrics.
    public static final Settings CLIENT_METRICS = read("client-metrics-settings.table", "client metrics");

    private static final List<String[]> PREFIXES = SettingTable.rows("accepted-prefixes.table", 2);

    private final String kind;
    private final Map<String, Setting> byName;
    private final Map<String, Setting> byBrokerName;

    private Settings(String kind, Map<String, Setting> byName) {
        this.kind = kind;
        this.byName = Collections.unmodifiableMap(byName);
        this.byBrokerName = new LinkedHashMap<>();
        for (Setting setting : byName.values())
            for (BrokerName name : setting.brokerNames()) byBrokerName.put(name.name(), setting);
    }

    private static Settings read(String table, String kind) {
        Map<String, Setting> byName = new LinkedHashMap<>();
        for (Setting setting : SettingTable.read(table)) {
            if (byName.put(setting.name(), setting) != null)
                throw new IllegalStateException(table + " has '" + setting.name() + "' twice");
        }
        return new Settings(kind, byName);
    }

    /// What the settings are for, in a word.
    public String kind() {
        return kind;
    }

    /// All settings, in the order of their table.
    public Collection<Setting> all() {
        return byName.values();
    }

    /// The setting of this name, or null.
    public @Nullable Setting find(String name) {
        return byName.get(name);
    }

    /// The setting of this name.
    ///
    /// @throws InvalidSettingException if there is none; the message names the nearest
    public Setting get(String name) throws InvalidSettingException {
        Setting setting = byName.get(name);
        if (setting == null) throw new InvalidSettingException(unknown(name));
        return setting;
    }

    /// The setting of this name, which is known to exist.
    ///
    /// @throws IllegalArgumentException if it does not
    public Setting known(String name) {
        Setting setting = byName.get(name);
        if (setting == null) throw new IllegalArgumentException("no " + kind + " setting '" + name + "'");
        return setting;
    }

    /// The setting that takes its value from this broker's setting, if it is not of the same name; else empty.
    ///
    /// @param brokerName such as `log.retention.hours`, for `retention.ms`
    public Optional<Setting> ofBrokerName(String brokerName) {
        return byName.containsKey(brokerName) ? Optional.empty() : Optional.ofNullable(byBrokerName.get(brokerName));
    }

    /// The broker's settings that say the same as `brokerName`, in the order of precedence from it on, itself first.
    public List<String> brokerNamesFrom(String brokerName) {
        List<String> names = new ArrayList<>();
        Setting setting = byBrokerName.get(brokerName);
        if (setting == null) return List.of(brokerName);
        for (BrokerName name : setting.brokerNames())
            if (!names.isEmpty() || name.name().equals(brokerName)) names.add(name.name());
        return names;
    }

    /// The known name that is most like `name`, if one is near enough to be meant.
    public Optional<String> nearest(String name) {
        Set<String> names = new LinkedHashSet<>(byName.keySet());
        names.addAll(byBrokerName.keySet());
        return NearestName.in(names, name);
    }

    /// Whose a broker's setting is that Kurier knows by its prefix alone, such as `a plugin's`; empty if no prefix is
    /// known. Such settings are accepted in a broker's file, without effect.
    public static Optional<String> ownerOf(String brokerName) {
        return PREFIXES.stream()
                .filter(prefix -> brokerName.startsWith(prefix[0]))
                .map(prefix -> prefix[1])
                .findFirst();
    }

    /// What to tell somebody who used an unknown name.
    public String unknown(String name) {
        String shown = name.length() <= 80 ? name : name.substring(0, 77) + "...";
        return "Unknown " + kind + " setting '" + shown + "'"
                + nearest(name).map(near -> "; did you mean '" + near + "'?").orElse("");
    }
}
