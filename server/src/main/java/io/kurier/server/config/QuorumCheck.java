package io.kurier.server.config;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Checks that the controller quorum that is asked for is this node alone, which is all that there is so far.
final class QuorumCheck {
    private static final Pattern VOTER = Pattern.compile("(\\d+)@(.+)");
    private static final String ONLY_THIS_NODE =
            "a quorum of several nodes is not supported yet: allowed is this node alone";

    private final GivenSettings given;
    private final int nodeId;
    private final List<Listener> listeners;

    QuorumCheck(GivenSettings given, int nodeId, List<Listener> listeners) {
        this.given = given;
        this.nodeId = nodeId;
        this.listeners = listeners;
    }

    /// Notes what is wrong.
    void check() {
        List<String> voters = given.list("controller.quorum.voters");
        for (String voter : voters) checkVoter(voter);
        if (voters.size() > 1) given.refuse("controller.quorum.voters", ONLY_THIS_NODE);
        List<String> servers = given.list("controller.quorum.bootstrap.servers");
        for (String server : servers) checkServer(server);
        if (servers.size() > 1) given.refuse("controller.quorum.bootstrap.servers", ONLY_THIS_NODE);
    }

    private void checkVoter(String voter) {
        Matcher matcher = VOTER.matcher(voter);
        if (!matcher.matches() || HostPort.parse(matcher.group(2)).isEmpty()) {
            given.refuse("controller.quorum.voters", "'" + voter + "' is no voter: allowed is ID@HOST:PORT");
        } else if (!matcher.group(1).equals(Integer.toString(nodeId))) {
            given.refuse(
                    "controller.quorum.voters",
                    "voter " + voter + " is not this node, whose node.id is " + nodeId + "; " + ONLY_THIS_NODE);
        }
    }

    private void checkServer(String server) {
        Optional<HostPort> address = HostPort.parse(server);
        if (address.isEmpty())
            given.refuse("controller.quorum.bootstrap.servers", "'" + server + "' is no address: allowed is HOST:PORT");
        else if (listeners.stream().noneMatch(listener -> mayBe(listener, address.get())))
            given.refuse(
                    "controller.quorum.bootstrap.servers",
                    server + " is no controller listener of this node; " + ONLY_THIS_NODE);
    }

    /// True if the address can be that of this node's listener: a name that is not known here may well be its own.
    private static boolean mayBe(Listener listener, HostPort address) {
        if (!listener.forControllers()) return false;
        HostPort advertised = listener.advertised();
        if (address.equals(advertised)) return true;
        if (address.port() != listener.bind().port()) return false;
        return address.isLoopback()
                || address.host().equals(listener.bind().host())
                || (advertised == null && listener.bind().isEveryAddress());
    }
}
