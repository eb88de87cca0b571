package io.kurier.tests.chaos;

/// A network of their own for the nodes: each has a network namespace, a cable and an address, and one bridge holds
/// them together. The clients sit at the bridge. `bin/chaos` gives the whole run a namespace, so that nothing of it is
/// seen outside and all of it ends with the run.
///
/// What goes from one to another can be cut in one direction alone: the sender then has a wrong hardware address for
/// the receiver, so that its packets vanish without a word, as in a broken network.
final class Wires {
    /// Where the clients are.
    static final int CLIENTS = 254;

    private static final String WRONG = "02:00:00:00:ff:ff";

    Wires(int nodes) {
        Shell.run("ip link add chaos type bridge");
        Shell.run("ip addr add " + address(CLIENTS) + "/24 dev chaos");
        Shell.run("ip link set chaos address " + hardware(CLIENTS));
        Shell.run("ip link set chaos up");
        for (int node = 1; node <= nodes; node++) {
            Shell.run("ip netns add " + namespace(node));
            Shell.run("ip link add cable" + node + " type veth peer name eth0 netns " + namespace(node));
            Shell.run("ip link set cable" + node + " master chaos");
            Shell.run("ip link set cable" + node + " up");
            at(node, "ip link set lo up");
            at(node, "ip link set eth0 address " + hardware(node));
            at(node, "ip addr add " + address(node) + "/24 dev eth0");
            at(node, "ip link set eth0 up");
        }
    }

    /// The address of a node, or of the [#CLIENTS].
    static String address(int place) {
        return "10.77.0." + place;
    }

    /// The words before a command that shall run where a node is.
    static String prefix(int node) {
        return "ip netns exec " + namespace(node);
    }

    /// Drops what goes from one place to another.
    void cut(int from, int to) {
        neighbour(from, to, WRONG);
    }

    /// Ends a cut.
    void join(int from, int to) {
        neighbour(from, to, hardware(to));
    }

    private static void neighbour(int from, int to, String hardware) {
        String device = from == CLIENTS ? "chaos" : "eth0";
        at(from, "ip neigh replace " + address(to) + " lladdr " + hardware + " dev " + device + " nud permanent");
    }

    private static void at(int place, String command) {
        Shell.run(place == CLIENTS ? command : prefix(place) + " " + command);
    }

    private static String namespace(int node) {
        return "node" + node;
    }

    private static String hardware(int place) {
        return String.format("02:00:00:00:00:%02x", place);
    }
}
