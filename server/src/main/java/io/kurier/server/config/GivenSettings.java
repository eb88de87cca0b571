package io.kurier.server.config;

import io.kurier.cluster.config.definition.Effect;
import io.kurier.cluster.config.definition.InvalidSettingException;
import io.kurier.cluster.config.definition.Setting;
import io.kurier.cluster.config.definition.SettingType;
import io.kurier.cluster.config.definition.Settings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The settings that somebody gave a node, where each was found, and what is wrong with them one by one. What is added
/// later goes before what was added earlier.
final class GivenSettings {
    /// A value and the place that it comes from.
    ///
    /// @param where such as `in server.properties line 7`; may be empty
    private record Given(String value, String where) {}

    private final Map<String, Given> byName = new LinkedHashMap<>();
    private final Map<String, String> owners = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    /// Adds the settings of a file.
    void addFile(String file, String text) {
        List<PropertyFile.Entry> entries;
        try {
            entries = PropertyFile.parse(text);
        } catch (IllegalArgumentException malformed) {
            problems.add(file + " " + malformed.getMessage());
            return;
        }
        Map<String, Integer> lines = new LinkedHashMap<>();
        for (PropertyFile.Entry entry : entries) {
            Integer before = lines.put(entry.key(), entry.line());
            if (before != null)
                warnings.add("Setting '" + entry.key() + "' is in " + file + " twice, in lines " + before + " and "
                        + entry.line() + ": the last holds");
            add(entry.key(), entry.value(), "in " + file + " line " + entry.line());
        }
    }

    /// Adds the settings of the command line.
    void addCommandLine(NodeConfig.CommandLine line) {
        addAll(line.set(), "in --set");
        if (line.data() != null) add("log.dirs", line.data(), "in --data");
        if (line.nodeId() != null) {
            byName.remove("broker.id");
            add("node.id", line.nodeId().toString(), "in --node-id");
        }
        if (line.join() != null) add("controller.quorum.bootstrap.servers", line.join(), "in --join");
        if (line.role() != null) add("process.roles", line.role(), "in --role");
        if (line.listen() != null) listen(line.listen());
    }

    /// Adds settings that all come from one place.
    void addAll(Map<String, String> settings, String where) {
        settings.forEach((name, value) -> add(name, value, where));
    }

    private void add(String name, String value, String where) {
        Setting setting = Settings.BROKER.find(name);
        if (setting == null) {
            addUnknown(name, where);
            return;
        }
        if (value.isBlank() && isText(setting.type())) {
            byName.remove(name);
            return;
        }
        try {
            byName.put(name, new Given(setting.normalize(value, where), where));
        } catch (InvalidSettingException notAllowed) {
            problems.add(notAllowed.getMessage());
        }
    }

    private static boolean isText(SettingType type) {
        return switch (type) {
            case STRING, CLASS, PASSWORD -> true;
            case BOOLEAN, INT, SHORT, LONG, DOUBLE, LIST -> false;
        };
    }

    private void addUnknown(String name, String where) {
        Optional<String> owner = Settings.ownerOf(name);
        if (owner.isPresent()) {
            owners.put(name, owner.get());
            return;
        }
        String place = where.isEmpty() ? "" : " " + where;
        problems.add("Unknown setting '" + name + "'" + place
                + Settings.BROKER
                        .nearest(name)
                        .map(near -> "; did you mean '" + near + "'?")
                        .orElse(""));
    }

    /// Puts `--listen` in the place of the first listener that is for clients, and forgets what a file advertised for
    /// it.
    private void listen(String hostPort) {
        if (HostPort.parse(hostPort).isEmpty()) {
            problems.add("Invalid value '" + hostPort + "' in --listen: allowed is HOST:PORT, such as 127.0.0.1:9092 or"
                    + " 0.0.0.0:9092");
            return;
        }
        List<String> controllers = list("controller.listener.names");
        List<String> listeners = new ArrayList<>(list("listeners"));
        String name = "PLAINTEXT";
        int replaced = listeners.size();
        for (int i = listeners.size() - 1; i >= 0; i--) {
            String candidate = listeners.get(i).split(":", 2)[0];
            if (controllers.stream().anyMatch(candidate::equalsIgnoreCase)) continue;
            name = candidate;
            replaced = i;
        }
        if (replaced < listeners.size()) listeners.remove(replaced);
        listeners.add(Math.min(replaced, listeners.size()), name + "://" + hostPort);
        byName.put("listeners", new Given(String.join(",", listeners), "in --listen"));
        String prefix = name + "://";
        List<String> advertised = list("advertised.listeners").stream()
                .filter(listener -> !listener.regionMatches(true, 0, prefix, 0, prefix.length()))
                .toList();
        if (where("advertised.listeners").equals("in --set")) return;
        byName.remove("advertised.listeners");
        if (!advertised.isEmpty())
            byName.put("advertised.listeners", new Given(String.join(",", advertised), "in --listen"));
    }

    /// True if somebody gave this setting.
    boolean has(String name) {
        return byName.containsKey(name);
    }

    /// What was given, or null.
    @Nullable
    String value(String name) {
        Given given = byName.get(name);
        return given == null ? null : given.value();
    }

    /// What was given, or the default; null if there is none.
    @Nullable
    String valueOrDefault(String name) {
        Setting setting = Settings.BROKER.find(name);
        String value = value(name);
        return value != null || setting == null ? value : setting.defaultValue();
    }

    /// The elements of a list as given; none if it was not.
    List<String> list(String name) {
        String value = value(name);
        return value == null ? List.of() : SettingType.elements(value);
    }

    /// Where a setting was found, such as `in server.properties line 7`; empty if that cannot be said.
    String where(String name) {
        Given given = byName.get(name);
        return given == null ? "" : given.where();
    }

    /// Notes that a setting's value is wrong.
    ///
    /// @param reason what is wrong and what is allowed
    void refuse(String name, String reason) {
        String where = where(name);
        problems.add("Setting '" + name + "'" + (where.isEmpty() ? "" : " " + where) + ": " + reason);
    }

    /// All that is wrong so far.
    List<String> problems() {
        return problems;
    }

    /// What was accepted without effect, in few lines.
    List<String> warnings() {
        List<String> all = new ArrayList<>(warnings);
        String ignored = names(setting -> setting.effect() == Effect.ACCEPTED || setting.effect() == Effect.GONE);
        if (!ignored.isEmpty()) all.add("Without effect (docs/configuration.md says why): " + ignored);
        if (!owners.isEmpty())
            all.add("Not Kurier's, ignored: "
                    + String.join(", ", new TreeSet<>(owners.keySet())) + " ("
                    + String.join(", ", new TreeSet<>(owners.values())) + ")");
        return all;
    }

    private String names(Predicate<Setting> which) {
        List<String> names = new ArrayList<>();
        byName.forEach((name, given) -> {
            Setting setting = Settings.BROKER.find(name);
            if (setting != null && which.test(setting) && !given.value().equals(setting.defaultValue()))
                names.add(name);
        });
        names.sort(null);
        return String.join(", ", names);
    }

    /// All settings by name, each in its normal form.
    Map<String, String> values() {
        Map<String, String> values = new LinkedHashMap<>();
        byName.forEach((name, given) -> values.put(name, given.value()));
        return values;
    }
}
