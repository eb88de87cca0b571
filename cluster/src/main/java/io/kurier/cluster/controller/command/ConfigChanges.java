package io.kurier.cluster.controller.command;

import io.kurier.cluster.controller.ConfigRules.Setting;
import io.kurier.cluster.controller.command.partitions.MinInSync;
import io.kurier.cluster.controller.command.partitions.UncleanElections;
import io.kurier.cluster.controller.command.topics.TopicNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.metadata.ConfigRecord;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// The settings of one resource while a command changes them: checks the resource, collects what is set and deleted,
/// checks the outcome as a whole, and gives the records.
public final class ConfigChanges {
    /// Kafka's own limit of a value.
    static final int MAX_VALUE_BYTES = Short.MAX_VALUE;

    private static final int MAX_NAME_LENGTH = 249;
    private static final int MAX_SETTINGS = 1_000;

    private final ConfigResource resource;
    private final Situation situation;
    private final Map<String, String> before;
    private final Map<String, String> after;
    /// By the setting's name; an absent value deletes.
    private final Map<String, @Nullable String> touched = new LinkedHashMap<>();
    /// By the setting's name, how the request named it.
    private final Map<String, String> named = new HashMap<>();

    private ConfigChanges(ConfigResource resource, Situation situation) {
        this.resource = resource;
        this.situation = situation;
        this.before = situation.image().configs(resource.type(), resource.name());
        this.after = new TreeMap<>(before);
    }

    /// Begins to change a resource.
    ///
    /// @throws Refusal if there is no such resource
    static ConfigChanges of(ConfigResource resource, Situation situation) throws Refusal {
        String name = resource.name();
        switch (resource.type()) {
            case TOPIC -> checkTopic(name, situation);
            case BROKER -> checkBroker(name, situation);
            case GROUP, CLIENT_METRICS -> {
                if (name.isEmpty()) {
                    throw new Refusal(
                            Errors.INVALID_REQUEST, "Default " + kind(resource) + " resources are not allowed.");
                }
                if (name.length() > MAX_VALUE_BYTES) {
                    throw new Refusal(Errors.INVALID_REQUEST, "The resource's name is longer than " + MAX_VALUE_BYTES);
                }
            }
            case BROKER_LOGGER ->
                throw new Refusal(
                        Errors.INVALID_REQUEST,
                        "Log levels cannot be changed while a node runs; set them where it is started.");
            case UNKNOWN -> throw new Refusal(Errors.INVALID_REQUEST, "Unsupported resource type.");
        }
        return new ConfigChanges(resource, situation);
    }

    private static String kind(ConfigResource resource) {
        return resource.type() == ConfigResource.Type.GROUP ? "group" : "client-metrics";
    }

    private static void checkTopic(String name, Situation situation) throws Refusal {
        TopicNames.check(name);
        if (situation.image().topic(name) == null) {
            throw new Refusal(Errors.UNKNOWN_TOPIC_OR_PARTITION, "The topic '" + name + "' does not exist.");
        }
    }

    private static void checkBroker(String name, Situation situation) throws Refusal {
        if (name.isEmpty()) {
            return;
        }
        int id;
        try {
            id = Integer.parseInt(name);
        } catch (NumberFormatException e) {
            throw new Refusal(
                    Errors.INVALID_REQUEST,
                    "Unable to parse broker name '" + name + "': it is a node id, or empty for all.");
        }
        if (situation.image().broker(id) == null) {
            throw new Refusal(Errors.BROKER_ID_NOT_REGISTERED, "No broker with id " + id + " found.");
        }
    }

    /// Refuses names and values that are too long to keep.
    public static void checkLength(String name, String value) throws Refusal {
        if (name.length() > MAX_NAME_LENGTH) {
            throw new Refusal(
                    Errors.INVALID_CONFIG, "The name of a setting has at most " + MAX_NAME_LENGTH + " characters.");
        }
        if (value.length() > MAX_VALUE_BYTES) {
            throw new Refusal(
                    Errors.INVALID_CONFIG,
                    "The configuration value cannot be added because it exceeds the maximum value size of "
                            + MAX_VALUE_BYTES + " bytes.");
        }
    }

    /// Sets a value, by any name that the rules know.
    void set(String name, String value) throws Refusal {
        checkLength(name, value);
        Setting setting = resolve(name, value);
        if (setting.value() == null) {
            delete(name);
            return;
        }
        checkOnce(setting.name(), name);
        touched.put(setting.name(), setting.value());
        after.put(setting.name(), setting.value());
    }

    /// Takes a setting away, so that the default holds again.
    void delete(String name) throws Refusal {
        checkLength(name, "");
        String known = before.containsKey(name) ? name : resolve(name, null).name();
        checkOnce(known, name);
        touched.put(known, null);
        after.remove(known);
    }

    /// A topic's setting may be named as the broker's is, but not by two names at once: no order would tell which one
    /// is meant.
    private void checkOnce(String known, String name) throws Refusal {
        String before = named.put(known, name);
        if (before != null) {
            throw new Refusal(
                    Errors.INVALID_REQUEST,
                    before.equals(name)
                            ? "Setting '" + name + "' comes twice."
                            : "'" + before + "' and '" + name + "' are two names of one setting: use one.");
        }
    }

    /// Takes all settings away that are not touched otherwise.
    void deleteOthers() {
        for (String name : before.keySet()) {
            if (!touched.containsKey(name)) {
                touched.put(name, null);
                after.remove(name);
            }
        }
    }

    /// Adds elements to a list, those that it lacks.
    void append(String name, String value) throws Refusal {
        List<String> list = list("APPEND", name);
        for (String element : elements(value)) {
            if (!list.contains(element)) {
                list.add(element);
            }
        }
        set(name, String.join(",", list));
    }

    /// Takes elements out of a list.
    void subtract(String name, String value) throws Refusal {
        List<String> list = list("SUBTRACT", name);
        list.removeAll(elements(value));
        set(name, String.join(",", list));
    }

    private List<String> list(String operation, String name) throws Refusal {
        String known = resolve(name, null).name();
        if (!situation.rules().isList(resource.type(), known)) {
            throw new Refusal(
                    Errors.INVALID_CONFIG, "Can't " + operation + " to key " + name + " because its type is not LIST.");
        }
        String value = after.get(known);
        return elements(value == null ? situation.rules().defaultValue(resource.type(), known) : value);
    }

    private static List<String> elements(@Nullable String value) {
        List<String> elements = new ArrayList<>();
        if (value != null && !value.isBlank()) {
            for (String element : value.split(",", -1)) {
                elements.add(element.strip());
            }
        }
        return elements;
    }

    private Setting resolve(String name, @Nullable String value) throws Refusal {
        try {
            return situation.rules().resolve(resource.type(), name, value);
        } catch (InvalidConfigurationException e) {
            throw Refusal.of(e);
        }
    }

    /// Checks what the resource would have now, and gives the records that make it so. Values that stay give no record,
    /// except on brokers, where setting a value again makes the broker read the files it names again.
    List<ApiMessage> records() throws Refusal {
        if (after.size() > MAX_SETTINGS) {
            throw new Refusal(Errors.INVALID_CONFIG, "A resource has at most " + MAX_SETTINGS + " settings.");
        }
        MinInSync.check(resource, touched, situation);
        try {
            situation.rules().validate(resource, after);
        } catch (InvalidConfigurationException e) {
            throw Refusal.of(e);
        }
        List<ApiMessage> records = new ArrayList<>();
        touched.forEach((name, value) -> {
            if (!Objects.equals(before.get(name), value)
                    || (resource.type() == ConfigResource.Type.BROKER && value != null)) {
                records.add(new ConfigRecord()
                        .setResourceType(resource.type().id())
                        .setResourceName(resource.name())
                        .setName(name)
                        .setValue(value));
            }
        });
        if (!records.isEmpty()) {
            records.addAll(MinInSync.forgetEligible(resource, touched, situation));
            records.addAll(UncleanElections.after(resource, touched, situation.after(records)));
        }
        return records;
    }
}
