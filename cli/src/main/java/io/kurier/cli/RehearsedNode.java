package io.kurier.cli;

import io.kurier.server.Kurier;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// The node that `kurier rehearse` talks to. It first is three nodes in one process, of which the one that leads goes
/// away: what the others need then is needed in a hurry, so the JVM should have it ready. Afterwards it is the node
/// that its arguments describe.
///
/// It says where the three are, waits for a line, stops the first, waits for another, and stops the others.
public final class RehearsedNode {
    /// What it says before the addresses of the three.
    static final String CLUSTER = "Kurier rehearses a cluster on ";

    private static final int NODES = 3;

    private RehearsedNode() {}

    /// @param args those of `kurier`
    public static void main(String[] args) throws IOException {
        Main.setUpLog(args);
        List<Kurier> nodes = new ArrayList<>();
        for (int id = 1; id <= NODES; id++) {
            nodes.add(start(id, nodes));
        }
        System.out.println(
                CLUSTER + nodes.stream().map(Kurier::bootstrapServers).collect(Collectors.joining(",")));
        awaitLine();
        nodes.removeFirst().close();
        awaitLine();
        nodes.reversed().forEach(Kurier::close);
        Main.main(args);
    }

    /// It does not hand over what it leads at its end: that is as much like a sudden death as one process can have it.
    private static Kurier start(int id, List<Kurier> others) {
        Kurier.Builder node =
                Kurier.builder().set("node.id", String.valueOf(id)).set("controlled.shutdown.enable", "false");
        if (!others.isEmpty()) {
            node.set("controller.quorum.bootstrap.servers", others.getFirst().bootstrapServers());
        }
        return node.start();
    }

    private static void awaitLine() throws IOException {
        int next;
        do {
            next = System.in.read();
            if (next < 0) {
                throw new IOException("The rehearsal was broken off");
            }
        } while (next != '\n');
    }
}
