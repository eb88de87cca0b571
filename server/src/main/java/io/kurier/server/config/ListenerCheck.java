package io.kurier.server.config;

import io.kurier.cluster.config.definition.SettingType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Makes the listeners out of `listeners`, `advertised.listeners`, `listener.security.protocol.map`,
/// `controller.listener.names` and `inter.broker.listener.name`, as Apache Kafka reads them, and notes what is wrong.
final class ListenerCheck {
    private static final Pattern LISTENER = Pattern.compile("([A-Za-z0-9_.-]+)://(.*)");
    private static final Set<String> PROTOCOLS = Set.of("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL");

    private final GivenSettings given;
    private final Set<String> controllers = new LinkedHashSet<>();

    ListenerCheck(GivenSettings given) {
        this.given = given;
        for (String name : given.list("controller.listener.names")) controllers.add(name.toUpperCase(Locale.ROOT));
    }

    /// The listeners, in the order of the setting. Those that something is wrong with may be missing.
    List<Listener> listeners() {
        Map<String, HostPort> bind =
                addresses("listeners", SettingType.elements(Objects.requireNonNull(given.valueOrDefault("listeners"))));
        Map<String, HostPort> advertised = addresses("advertised.listeners", given.list("advertised.listeners"));
        Map<String, String> protocols = protocols();
        List<Listener> listeners = new ArrayList<>();
        bind.forEach((name, address) -> {
            checkProtocol(name, protocols);
            listeners.add(
                    new Listener(name, address, advertised(advertised.get(name), address), controllers.contains(name)));
        });
        checkNames(bind.keySet(), advertised.keySet());
        checkPorts(listeners);
        return List.copyOf(listeners);
    }

    private Map<String, HostPort> addresses(String setting, List<String> elements) {
        Map<String, HostPort> addresses = new LinkedHashMap<>();
        for (String element : elements) {
            Matcher matcher = LISTENER.matcher(element);
            HostPort address =
                    matcher.matches() ? HostPort.parse(matcher.group(2)).orElse(null) : null;
            if (address == null) {
                given.refuse(
                        setting,
                        "'" + element + "' is no listener: allowed is NAME://HOST:PORT, such as PLAINTEXT://:9092");
                continue;
            }
            String name = matcher.group(1).toUpperCase(Locale.ROOT);
            if (addresses.put(name, address) != null) given.refuse(setting, "listener " + name + " comes twice");
        }
        return addresses;
    }

    /// What is told to clients; null for the address that they came by.
    private @Nullable HostPort advertised(@Nullable HostPort advertised, HostPort bind) {
        if (advertised == null) return null;
        if (advertised.host().isEmpty() && advertised.port() == bind.port()) return null;
        if (advertised.isEveryAddress() || advertised.port() == 0) {
            given.refuse(
                    "advertised.listeners",
                    "clients cannot connect to '" + advertised
                            + "': name a host and a port, or leave the listener out to"
                            + " tell each client the address that it came by");
        }
        return advertised;
    }

    private Map<String, String> protocols() {
        Map<String, String> protocols = new LinkedHashMap<>();
        String text = Objects.requireNonNull(given.valueOrDefault("listener.security.protocol.map"));
        for (String element : SettingType.elements(text)) {
            String[] pair = element.split(":", -1);
            String protocol = pair.length == 2 ? pair[1].strip().toUpperCase(Locale.ROOT) : "";
            if (!PROTOCOLS.contains(protocol)) {
                given.refuse(
                        "listener.security.protocol.map",
                        "'" + element
                                + "' is no NAME:PROTOCOL; protocols are PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL");
                continue;
            }
            protocols.put(pair[0].strip().toUpperCase(Locale.ROOT), protocol);
        }
        if (!given.has("listener.security.protocol.map"))
            controllers.forEach(name -> protocols.putIfAbsent(name, "PLAINTEXT"));
        return protocols;
    }

    private void checkProtocol(String name, Map<String, String> protocols) {
        String protocol = protocols.get(name);
        if (protocol == null) {
            given.refuse(
                    "listeners",
                    "listener " + name + " has no security protocol: add " + name
                            + ":PLAINTEXT to listener.security.protocol.map");
        } else if (!protocol.equals("PLAINTEXT")) {
            given.refuse(
                    "listeners",
                    "listener " + name + " asks for " + protocol
                            + ", and TLS and SASL are not supported yet: only PLAINTEXT is. Kurier does not start with"
                            + " less security than it was told to keep");
        }
    }

    private void checkNames(Set<String> bound, Set<String> advertised) {
        for (String name : advertised)
            if (!bound.contains(name))
                given.refuse("advertised.listeners", "there is no listener " + name + " in listeners");
        List<String> roles = given.list("process.roles");
        boolean brokerOnly = roles.equals(List.of("broker")); // the name of the voters' listener
        for (String name : controllers)
            if (!bound.contains(name) && !brokerOnly)
                given.refuse("controller.listener.names", "there is no listener " + name + " in listeners");
        if (roles.equals(List.of("controller"))) {
            checkControllersAlone(bound);
            return;
        }
        if (!bound.isEmpty() && controllers.containsAll(bound))
            given.refuse("controller.listener.names", "there is no listener for clients beside those for controllers");
        String interBroker = given.value("inter.broker.listener.name");
        if (interBroker == null) return;
        String name = interBroker.toUpperCase(Locale.ROOT);
        if (!bound.contains(name) || controllers.contains(name))
            given.refuse("inter.broker.listener.name", "there is no listener " + name + " for brokers in listeners");
    }

    private void checkControllersAlone(Set<String> bound) {
        for (String name : bound)
            if (!controllers.contains(name))
                given.refuse(
                        "listeners",
                        "listener " + name + " is not in controller.listener.names, and a node that is a controller"
                                + " only (process.roles) serves nobody else: leave it out, or name it there");
    }

    private void checkPorts(List<Listener> listeners) {
        for (int i = 0; i < listeners.size(); i++) {
            for (int j = 0; j < i; j++) {
                HostPort one = listeners.get(j).bind();
                HostPort other = listeners.get(i).bind();
                boolean sameHost = one.host().equals(other.host()) || one.isEveryAddress() || other.isEveryAddress();
                if (one.port() != 0 && one.port() == other.port() && sameHost)
                    given.refuse(
                            "listeners",
                            "listeners " + listeners.get(j).name() + " and "
                                    + listeners.get(i).name() + " have the same port " + one.port());
            }
        }
    }
}
