package io.kurier.server.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Makes a node's part in the quorum out of `process.roles`, `controller.quorum.voters` and
/// `controller.quorum.bootstrap.servers`, and notes what is wrong. Addresses of other nodes are those of the cluster
/// that it joins.
final class QuorumCheck {
    private static final Pattern VOTER = Pattern.compile("(\\d{1,9})@(.+)");
    private static final String VOTERS = "controller.quorum.voters";

    private final GivenSettings given;
    private final int nodeId;
    private final List<Listener> listeners;

    QuorumCheck(GivenSettings given, int nodeId, List<Listener> listeners) {
        this.given = given;
        this.nodeId = nodeId;
        this.listeners = listeners;
    }

    NodeConfig.Quorum check() {
        List<String> roles = given.has("process.roles") ? given.list("process.roles") : List.of();
        boolean canVote = roles.isEmpty() || roles.contains("controller");
        Map<Integer, HostPort> voters = voters(canVote);
        List<HostPort> seeds = seeds();
        if (voters.size() == 1 && voters.containsKey(nodeId)) {
            voters = Map.of(); // alone, it is the first voter of a cluster that can grow
        } else if (seeds.isEmpty() && !voters.containsKey(nodeId)) {
            seeds = List.copyOf(voters.values());
        }
        if (!canVote && seeds.isEmpty() && given.problems().isEmpty())
            given.refuse(
                    "process.roles",
                    "a node that is a broker only must join a cluster: name one of its nodes in"
                            + " controller.quorum.bootstrap.servers (--join)");
        return new NodeConfig.Quorum(seeds, voters, canVote, listenerName());
    }

    private List<HostPort> seeds() {
        List<HostPort> seeds = new ArrayList<>();
        for (String server : given.list("controller.quorum.bootstrap.servers")) {
            Optional<HostPort> address = reachable(server);
            if (address.isEmpty())
                given.refuse(
                        "controller.quorum.bootstrap.servers",
                        "'" + server + "' is no address: allowed is HOST:PORT, such as 127.0.0.1:9092");
            else if (listeners.stream().noneMatch(listener -> mayBe(listener, address.get()))) seeds.add(address.get());
        }
        return List.copyOf(seeds);
    }

    private static Optional<HostPort> reachable(String server) {
        return HostPort.parse(server).filter(address -> !address.isEveryAddress() && address.port() > 0);
    }

    /// Without a listener of their own the controllers use the first one for clients.
    private String listenerName() {
        List<String> names = given.list("controller.listener.names");
        if (!names.isEmpty()) return names.getFirst().toUpperCase(Locale.ROOT);
        return listeners.isEmpty() ? "" : listeners.getFirst().name();
    }

    private Map<Integer, HostPort> voters(boolean canVote) {
        Map<Integer, HostPort> voters = new TreeMap<>();
        for (String voter : given.list(VOTERS)) {
            Matcher matcher = VOTER.matcher(voter);
            Optional<HostPort> address = matcher.matches() ? reachable(matcher.group(2)) : Optional.empty();
            if (address.isEmpty())
                given.refuse(VOTERS, "'" + voter + "' is no voter: allowed is ID@HOST:PORT, such as 1@127.0.0.1:9093");
            else if (voters.put(Integer.parseInt(matcher.group(1)), address.get()) != null)
                given.refuse(VOTERS, "node " + matcher.group(1) + " comes twice");
        }
        HostPort mine = voters.get(nodeId);
        if (mine != null && !canVote)
            given.refuse(
                    VOTERS,
                    "voter " + nodeId + "@" + mine + " is this node, which is a broker only (process.roles): take it"
                            + " out, or choose another node.id");
        else if (mine != null) checkPort(mine);
        else if (canVote && !voters.isEmpty() && given.problems().isEmpty())
            given.refuse(
                    VOTERS,
                    "this node, whose node.id is " + nodeId + ", is not among the voters: add it, or leave"
                            + " the controller out of process.roles");
        return voters;
    }

    /// Other voters look for this one at an address that one of its listeners must have.
    private void checkPort(HostPort mine) {
        String name = listenerName();
        boolean found = listeners.stream()
                .filter(listener -> listener.name().equals(name))
                .anyMatch(listener -> hasPort(listener.bind(), mine) || hasPort(listener.advertised(), mine));
        if (!found && given.problems().isEmpty())
            given.refuse(
                    VOTERS,
                    "voter " + nodeId + "@" + mine + " is this node, and its listener " + name
                            + " for controllers has another port");
    }

    private static boolean hasPort(@Nullable HostPort listening, HostPort wanted) {
        return listening != null && (listening.port() == wanted.port() || listening.port() == 0);
    }

    /// True if the address can be that of this node's listener.
    private static boolean mayBe(Listener listener, HostPort address) {
        HostPort advertised = listener.advertised();
        if (address.equals(advertised)) return true;
        if (address.port() != listener.bind().port()) return false;
        return address.host().equals(listener.bind().host())
                || (address.isLoopback()
                        && (listener.bind().isLoopback() || listener.bind().isEveryAddress()))
                || (listener.forControllers()
                        && advertised == null
                        && listener.bind().isEveryAddress());
    }
}
