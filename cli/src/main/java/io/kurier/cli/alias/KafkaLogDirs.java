package io.kurier.cli.alias;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Failure;
import io.kurier.cli.shell.Option;
import io.kurier.cli.shell.Output;
import io.kurier.cli.shell.UsageException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// `kafka-log-dirs`: `kurier log dirs` with Kafka's flags, as Kafka's JSON.
final class KafkaLogDirs {
    static final Command COMMAND = Command.kafka(
                    "kafka-log-dirs", "How much the data directories hold.", KafkaLogDirs::run)
            .with(
                    Option.flag("--describe", "Show the directories; the only action."),
                    Option.value("--topic-list", "T,U", "Only these topics. Default: all"),
                    Option.value("--broker-list", "1,2", "Only these brokers. Default: all"),
                    Flags.SERVER,
                    Flags.CONFIG);

    private KafkaLogDirs() {}

    private static void run(Call call) {
        Flags.oneOf(call, "--describe");
        Connection connection = Flags.connection(call);
        Set<String> topics = new TreeSet<>();
        String listed = call.text("--topic-list");
        if (listed != null) {
            Stream.of(listed.split(",", -1)).map(String::strip).forEach(topics::add);
            topics.remove("");
        }
        try (Admin admin = connection.admin()) {
            Set<Integer> there = connection.await(admin.describeCluster().nodes(), "The cluster").stream()
                    .map(Node::id)
                    .collect(Collectors.toCollection(TreeSet::new));
            Set<Integer> brokers = brokers(call.text("--broker-list"), there);
            call.out().println("Querying brokers for log directories information");
            Map<Integer, Map<String, LogDirDescription>> answers =
                    connection.await(admin.describeLogDirs(brokers).allDescriptions(), "The data directories");
            call.out()
                    .println("Received log directory information from brokers "
                            + brokers.stream().map(String::valueOf).collect(Collectors.joining(",")));
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("version", 1);
            json.put(
                    "brokers",
                    brokers.stream()
                            .map(broker -> Map.of(
                                    "broker",
                                    broker,
                                    "logDirs",
                                    directories(answers.getOrDefault(broker, Map.of()), topics)))
                            .toList());
            call.out().println(Output.toJson(json));
        }
    }

    private static Set<Integer> brokers(@Nullable String listed, Set<Integer> there) {
        if (listed == null || listed.isBlank()) {
            return there;
        }
        Set<Integer> brokers = new TreeSet<>();
        try {
            Stream.of(listed.split(",", -1))
                    .map(id -> Integer.valueOf(id.strip()))
                    .forEach(brokers::add);
        } catch (NumberFormatException e) {
            throw new UsageException("'" + listed + "' is no list of broker numbers");
        }
        if (!there.containsAll(brokers)) {
            brokers.removeAll(there);
            throw new Failure("The given brokers do not exist: "
                    + brokers.stream().map(String::valueOf).collect(Collectors.joining(",")) + ". Current existent"
                    + " brokers: " + there.stream().map(String::valueOf).collect(Collectors.joining(",")));
        }
        return brokers;
    }

    private static List<Map<String, @Nullable Object>> directories(
            Map<String, LogDirDescription> directories, Set<String> topics) {
        List<Map<String, @Nullable Object>> answer = new ArrayList<>();
        new TreeMap<>(directories).forEach((path, directory) -> {
            Map<String, @Nullable Object> one = new LinkedHashMap<>();
            one.put("logDir", path);
            one.put(
                    "error",
                    directory.error() == null
                            ? null
                            : directory.error().getClass().getName());
            one.put(
                    "partitions",
                    directory.replicaInfos().entrySet().stream()
                            .filter(entry -> topics.isEmpty()
                                    || topics.contains(entry.getKey().topic()))
                            .sorted(Map.Entry.comparingByKey(Comparator.comparing(TopicPartition::topic)
                                    .thenComparingInt(TopicPartition::partition)))
                            .map(entry -> Map.of(
                                    "partition", entry.getKey().toString(),
                                    "size", entry.getValue().size(),
                                    "offsetLag", entry.getValue().offsetLag(),
                                    "isFuture", entry.getValue().isFuture()))
                            .toList());
            answer.add(one);
        });
        return answer;
    }
}
