package io.kurier.cli.storage;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Failure;
import io.kurier.cli.shell.Option;
import io.kurier.cli.shell.Output;
import io.kurier.cli.shell.Table;
import io.kurier.kernel.FileDisk;
import io.kurier.server.files.FileDump;
import io.kurier.server.files.FileRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// `kurier log`: what lies in data directories and their files.
public final class LogCommand {
    /// The command.
    public static final Command COMMAND = Command.group(
            "log",
            "What lies in data directories and in the files of partitions.",
            Command.connected("dirs", "How much each partition holds in which data directory.", LogCommand::dirs)
                    .with(Option.values("-t --topic", "TOPIC", "Only this topic. Repeatable.")),
            Command.local(
                            "dump",
                            "Show what lies in .log, .index, .timeindex, .txnindex, .snapshot and .checkpoint files.",
                            LogCommand::dump)
                    .withJson()
                    .with(
                            Option.flag("-r --records", "Also the records, with keys and values."),
                            Option.value(
                                    "-d --decode",
                                    "KIND",
                                    "How to show records: text, groups (__consumer_offsets) or metadata. Default: by the"
                                            + " folder's name"))
                    .withOperands("FILE...", 1));

    private LogCommand() {}

    private static void dirs(Call call) {
        Connection connection = call.connection();
        List<String> topics = call.texts("--topic");
        Table table = new Table("node", "directory", "topic", "partition", "bytes", "lag", "future", "error");
        try (Admin admin = connection.admin()) {
            List<Integer> nodes = connection.await(admin.describeCluster().nodes(), "The cluster").stream()
                    .map(Node::id)
                    .sorted()
                    .toList();
            new TreeMap<>(connection.await(admin.describeLogDirs(nodes).allDescriptions(), "The data directories"))
                    .forEach((node, directories) -> new TreeMap<>(directories)
                            .forEach((path, directory) -> rows(table, node, path, directory, topics)));
        }
        call.output().table(table, "The data directories hold nothing");
    }

    private static void rows(Table table, int node, String path, LogDirDescription directory, List<String> topics) {
        if (directory.error() != null) {
            table.row(
                    node, path, null, null, null, null, null, directory.error().getMessage());
        }
        directory.replicaInfos().entrySet().stream()
                .filter(entry ->
                        topics.isEmpty() || topics.contains(entry.getKey().topic()))
                .sorted(Map.Entry.comparingByKey(
                        Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition)))
                .forEach(entry -> table.row(
                        node,
                        path,
                        entry.getKey().topic(),
                        entry.getKey().partition(),
                        entry.getValue().size(),
                        entry.getValue().offsetLag(),
                        entry.getValue().isFuture(),
                        null));
    }

    private static void dump(Call call) {
        boolean json = call.isJson();
        for (String name : call.operands()) {
            Path file = Path.of(name);
            boolean records = call.has("--records") || call.has("--decode");
            FileDump dump = new FileDump(
                    new FileDisk(),
                    new FileDump.Options(
                            records, records, decoder(call.text("--decode", guess(file))), Long.MAX_VALUE));
            if (!json && call.operands().size() > 1) {
                call.out().println(file + ":");
            }
            try {
                dump.read(file, row -> call.out().println(json ? json(file, row) : text(row)));
            } catch (IOException e) {
                throw new Failure(Files.exists(file) ? String.valueOf(e.getMessage()) : "There is no file " + file, e);
            }
        }
    }

    private static String guess(Path file) {
        String text = file.toAbsolutePath().toString();
        return text.contains("__consumer_offsets-")
                ? "groups"
                : text.contains("__cluster_metadata-")
                        ? "metadata"
                        : text.contains("__transaction_state-") ? "transactions" : "text";
    }

    private static FileDump.Decoder decoder(String name) {
        try {
            return FileDump.Decoder.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new Failure(
                    "'" + name + "' is no way to show records: say text, groups, metadata or transactions", e);
        }
    }

    private static String text(FileRow row) {
        return switch (row.kind()) {
            case BATCH, ENTRY -> row.text();
            case RECORD -> "  " + row.text();
            case PROBLEM ->
                "PROBLEM: "
                        + row.fields().values().stream().map(String::valueOf).collect(Collectors.joining(" "));
        };
    }

    /// One line of JSON for each row: a file may hold more than fits into memory.
    private static String json(Path file, FileRow row) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("file", file.toString());
        json.put("kind", row.kind().name().toLowerCase(Locale.ROOT));
        row.fields()
                .forEach((name, value) -> json.put(
                        name.strip(),
                        value == null || value instanceof Number || value instanceof Boolean
                                ? value
                                : value.toString()));
        return Output.toJson(json);
    }
}
