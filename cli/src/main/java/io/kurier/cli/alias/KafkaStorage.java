package io.kurier.cli.alias;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Failure;
import io.kurier.cli.shell.Option;
import io.kurier.cli.shell.UsageException;
import io.kurier.cli.storage.FirstVoters;
import io.kurier.cli.storage.NodeFolders;
import io.kurier.server.files.DataFolders;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;

/// `kafka-storage`: `kurier storage` with Kafka's flags and lines.
final class KafkaStorage {
    static final Command COMMAND = Command.kafka(
                    "kafka-storage",
                    "random-uuid: a new cluster id. info: whom the data folders belong to. format: give them to a"
                            + " cluster.",
                    KafkaStorage::run)
            .with(
                    Option.value("-c --config", "FILE", "The node's server.properties."),
                    Option.value("-t --cluster-id", "ID", "The cluster, for format."),
                    Option.flag("-g --ignore-formatted", "Folders that belong to the cluster already are no error."),
                    Option.values("-f --feature", "NAME=LEVEL", "Not there yet: a node begins with the newest levels."),
                    Option.value("-r --release-version", "VERSION", "4.4, or nothing: a node begins with it."),
                    Option.values("-S --add-scram", "SCRAM", "Not there yet."))
            .with(FirstVoters.options())
            .withOperands("random-uuid|info|format", 1, 1);

    private static final String RELEASE = "4.4";

    private KafkaStorage() {}

    private static void run(Call call) {
        switch (call.operands().getFirst()) {
            case "random-uuid" -> call.out().println(NodeFolders.randomId());
            case "info" -> info(call);
            case "format" -> format(call);
            default ->
                throw new UsageException(
                        "'" + call.operands().getFirst() + "' is not there: say random-uuid, info or format");
        }
    }

    private static void info(Call call) {
        List<DataFolders.Folder> folders =
                NodeFolders.read(Path.of(call.need("--config"))).look();
        List<DataFolders.Folder> there =
                folders.stream().filter(DataFolders.Folder::exists).toList();
        if (!there.isEmpty()) {
            call.out().println("Found log director" + (there.size() == 1 ? "y:" : "ies:"));
            there.forEach(folder -> call.out().println("  " + folder.path()));
            call.out().println();
        }
        folders.stream()
                .filter(DataFolders.Folder::isFormatted)
                .findFirst()
                .ifPresent(folder -> call.out().println("Found metadata: " + folder.properties()));
        List<String> problems = folders.stream()
                .filter(folder -> !folder.isFormatted())
                .map(folder -> folder.path() + (folder.exists() ? " is not formatted." : " does not exist"))
                .toList();
        if (!problems.isEmpty()) {
            call.out().println("Found problem" + (problems.size() == 1 ? ":" : "s:"));
            problems.forEach(problem -> call.out().println("  " + problem));
            call.out().println();
            call.out().flush();
            throw new Failure("Not every folder belongs to a cluster: see above");
        }
    }

    private static void format(Call call) {
        refuseWhatIsNotThere(call);
        NodeFolders folders = NodeFolders.read(Path.of(call.need("--config")));
        String clusterId = call.need("--cluster-id");
        List<DataFolders.Folder> formatted =
                folders.look().stream().filter(DataFolders.Folder::isFormatted).toList();
        if (!formatted.isEmpty() && !call.has("--ignore-formatted")) {
            throw new Failure("Log directory " + formatted.getFirst().path()
                    + " is already formatted. Use --ignore-formatted to ignore this directory and format the others.");
        }
        List<Path> given = folders.format(clusterId, FirstVoters.of(call, folders), new SecureRandom());
        if (given.isEmpty()) {
            call.out().println("All of the log directories are already formatted.");
        }
        given.forEach(path ->
                call.out().println("Formatting directory " + path + " with metadata.version " + RELEASE + "-IV2."));
    }

    private static void refuseWhatIsNotThere(Call call) {
        String release = call.text("--release-version", RELEASE);
        if (!release.startsWith(RELEASE)) {
            throw new Failure("A new node begins with release " + RELEASE + ", and not with " + release
                    + ": leave out --release-version");
        }
        for (String flag : List.of("--feature", "--add-scram")) {
            if (call.has(flag)) {
                throw new Failure(flag + " is not there yet: leave it out");
            }
        }
    }
}
