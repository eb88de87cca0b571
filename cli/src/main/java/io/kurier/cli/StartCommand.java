package io.kurier.cli;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Failure;
import io.kurier.cli.shell.NodeSettings;
import io.kurier.cli.shell.Option;
import io.kurier.cli.shell.Settings;
import io.kurier.server.Kurier;
import io.kurier.server.StartException;
import io.kurier.server.config.NodeConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// `kurier start`: runs a node until it is told to stop. Exit codes: 0 stopped cleanly, 1 could not start, 2 asked
/// wrongly.
final class StartCommand {
    static final Command COMMAND = Command.local(
                    "start", "Run a node, on 127.0.0.1:9092 unless told otherwise.", StartCommand::run)
            .with(
                    Option.value("--data", "DIR", "Where the data lies. Default: ./kurier-data"),
                    Option.value("--listen", "HOST:PORT", "Where to listen. Default: 127.0.0.1:9092"),
                    Option.value(
                            "--node-id",
                            "N",
                            "The number of this node in its cluster. Default: the one in the data folder, else 1"),
                    Option.value(
                            "--join",
                            "HOST:PORT",
                            "A node of the cluster that this one joins. Without it a new node begins a cluster."),
                    Option.value(
                            "--role",
                            "ROLES",
                            "broker,controller (the default: it may become a voter of the metadata), broker or controller."),
                    Option.value("--config", "FILE", "Settings in a file, by Kafka's names (server.properties)."),
                    Option.values(
                            "--set", "KEY=VALUE", "One setting, by Kafka's name; wins over the file. Repeatable."));

    private static final int WARNINGS_SHOWN = 2;

    private StartCommand() {}

    private static void run(Call call) {
        start(
                call,
                call.path("--config"),
                new NodeConfig.CommandLine(
                        Settings.parse(call.texts("--set")),
                        call.text("--data"),
                        call.text("--listen"),
                        call.integer("--node-id"),
                        call.text("--join"),
                        call.text("--role")));
    }

    /// Runs a node with a file of settings (null for none) and what the command line says; returns when the node was
    /// taken out of its cluster.
    static void start(Call call, @Nullable Path config, NodeConfig.CommandLine words) {
        Kurier running = start(NodeSettings.read(config, words));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(running), "kurier-stop"));
        announce(call, running);
        running.awaitClose();
    }

    private static Kurier start(NodeConfig node) {
        try {
            return Kurier.start(node);
        } catch (StartException e) {
            throw new Failure(String.valueOf(e.getMessage()), e);
        }
    }

    /// At most six lines: what runs where, where the data lies, how to talk to it, and what was accepted without
    /// effect.
    private static void announce(Call call, Kurier node) {
        PrintWriter out = call.out();
        NodeConfig given = node.config();
        String address = node.bootstrapServers();
        out.printf(
                "Kurier serves Kafka's protocol on %s (node %d, cluster %s)%n",
                address, given.identity().nodeId(), node.clusterId());
        out.println("Data lies in "
                + given.directories().data().stream()
                        .map(folder -> folder.toAbsolutePath().normalize().toString())
                        .collect(Collectors.joining(", ")));
        String metrics = node.httpAddress()
                .map(http -> "; metrics: http://%s:%d/metrics"
                        .formatted(http.getAddress().getHostAddress(), http.getPort()))
                .orElse("");
        if (given.isBroker()) {
            out.printf(
                    "Talk to it: kcat -b %s -L, or kurier topic list -b %s%s; stop it with Ctrl-C%n",
                    address, address, metrics);
        } else {
            out.printf(
                    "It is a controller only: brokers find it by controller.quorum.bootstrap.servers=%s%s; stop it with"
                            + " Ctrl-C%n",
                    address, metrics);
        }
        List<String> warnings = given.warnings();
        warnings.stream().limit(WARNINGS_SHOWN).forEach(warning -> out.println("Note: " + warning));
        if (warnings.size() > WARNINGS_SHOWN) {
            out.printf("Note: %d more settings have no effect here%n", warnings.size() - WARNINGS_SHOWN);
        }
        out.flush();
    }

    /// A signal ends the JVM with the signal's number, also after a clean stop; a clean stop is a success.
    private static void stop(Kurier node) {
        try {
            node.close();
            Runtime.getRuntime().halt(0);
        } catch (RuntimeException e) {
            System.err.println("kurier: did not stop cleanly: " + e.getMessage());
            Runtime.getRuntime().halt(1);
        }
    }
}
