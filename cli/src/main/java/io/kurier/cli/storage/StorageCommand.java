package io.kurier.cli.storage;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Option;
import io.kurier.cli.shell.Table;
import io.kurier.server.config.NodeConfig;
import io.kurier.server.files.DataFolders;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;

/// `kurier storage`: whom data folders belong to.
public final class StorageCommand {
    private static final Option[] WHERE = {
        Option.value("--config", "FILE", "The node's settings, by Kafka's names (server.properties)."),
        Option.value("--data", "DIR", "Where its data lies; wins over the file. Default: ./kurier-data"),
        Option.value("--node-id", "N", "The node's number; wins over the file. Default: 1"),
    };

    /// The command.
    public static final Command COMMAND = Command.group(
            "storage",
            "Which cluster a node's data folders belong to.",
            Command.local("id", "Make up an id for a cluster.", StorageCommand::id)
                    .withJson(),
            Command.local("info", "Whom the data folders belong to.", StorageCommand::info)
                    .withJson()
                    .with(WHERE),
            Command.local(
                            "format",
                            "Give data folders to a cluster before the first start. kurier start does so by itself,"
                                    + " with a new cluster id.",
                            StorageCommand::format)
                    .withJson()
                    .with(WHERE)
                    .with(FirstVoters.options())
                    .withOperands("CLUSTER-ID", 1, 1));

    private StorageCommand() {}

    private static void id(Call call) {
        String id = NodeFolders.randomId();
        call.output().answer(id, Map.of("id", id));
    }

    private static NodeFolders folders(Call call) {
        return NodeFolders.read(
                call.path("--config"),
                new NodeConfig.CommandLine(Map.of(), call.text("--data"), null, call.integer("--node-id"), null, null));
    }

    private static void info(Call call) {
        Table table = new Table("folder", "cluster", "node", "directory id");
        for (DataFolders.Folder folder : folders(call).look()) {
            Map<String, String> of = folder.properties();
            table.row(folder.path().toString(), of.get("cluster.id"), of.get("node.id"), of.get("directory.id"));
        }
        call.output().table(table, "There are no folders");
    }

    private static void format(Call call) {
        String clusterId = call.operands().getFirst();
        NodeFolders folders = folders(call);
        List<String> given = folders.format(clusterId, FirstVoters.of(call, folders), new SecureRandom()).stream()
                .map(Path::toString)
                .toList();
        call.output()
                .done(
                        given.isEmpty()
                                ? "All folders belong to the cluster " + clusterId + " already"
                                : "Gave " + String.join(", ", given) + " to the cluster " + clusterId,
                        Map.of("cluster", clusterId, "formatted", given));
    }
}
