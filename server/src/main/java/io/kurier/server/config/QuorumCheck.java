package io.kurier.server.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Makes a node's part in the quorum out of `process.roles`, `controller.quorum.voters` and
/// `controller.quorum.bootstrap.servers`, and notes what is wrong. Addresses of other nodes are those of the cluster
/// that it joins.
final class QuorumCheck {
    private static final Pattern VOTER = Pattern.compile("(\\d+)@(.+)");
    private static final String HOW_TO_GROW =
            "a fixed list of several voters is not supported: start one node alone, and give the others its address in"
                    + " controller.quorum.bootstrap.servers (--join); they become voters by themselves";

    private final GivenSettings given;
    private final int nodeId;
    private final List<Listener> listeners;

    QuorumCheck(GivenSettings given, int nodeId, List<Listener> listeners) {
        this.given = given;
        this.nodeId = nodeId;
        this.listeners = listeners;
    }

    NodeConfig.Quorum check() {
        List<String> voters = given.list("controller.quorum.voters");
        for (String voter : voters) checkVoter(voter);
        if (voters.size() > 1) given.refuse("controller.quorum.voters", HOW_TO_GROW);
        List<HostPort> seeds = new ArrayList<>();
        for (String server : given.list("controller.quorum.bootstrap.servers")) {
            Optional<HostPort> address =
                    HostPort.parse(server).filter(seed -> !seed.isEveryAddress() && seed.port() > 0);
            if (address.isEmpty())
                given.refuse(
                        "controller.quorum.bootstrap.servers",
                        "'" + server + "' is no address: allowed is HOST:PORT, such as 127.0.0.1:9092");
            else if (listeners.stream().noneMatch(listener -> mayBe(listener, address.get()))) seeds.add(address.get());
        }
        return new NodeConfig.Quorum(List.copyOf(seeds), canVote(seeds), listenerName());
    }

    /// Without a listener of their own the controllers use the first one for clients.
    private String listenerName() {
        List<String> names = given.list("controller.listener.names");
        if (!names.isEmpty()) return names.getFirst().toUpperCase(Locale.ROOT);
        return listeners.isEmpty() ? "" : listeners.getFirst().name();
    }

    private boolean canVote(List<HostPort> seeds) {
        List<String> roles = given.has("process.roles") ? given.list("process.roles") : List.of();
        if (roles.isEmpty() || roles.contains("controller") && roles.contains("broker")) return true;
        if (roles.contains("controller"))
            given.refuse(
                    "process.roles",
                    "a node that is a controller only is not supported yet: allowed are broker,controller and broker");
        else if (seeds.isEmpty() && given.problems().isEmpty())
            given.refuse(
                    "process.roles",
                    "a node that is a broker only must join a cluster: name one of its nodes in"
                            + " controller.quorum.bootstrap.servers (--join)");
        return false;
    }

    private void checkVoter(String voter) {
        Matcher matcher = VOTER.matcher(voter);
        if (!matcher.matches() || HostPort.parse(matcher.group(2)).isEmpty()) {
            given.refuse("controller.quorum.voters", "'" + voter + "' is no voter: allowed is ID@HOST:PORT");
        } else if (!matcher.group(1).equals(Integer.toString(nodeId))) {
            given.refuse(
                    "controller.quorum.voters",
                    "voter " + voter + " is not this node, whose node.id is " + nodeId + "; " + HOW_TO_GROW);
        }
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
