package io.kurier.cli.alias;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Failure;
import io.kurier.cli.shell.Option;
import io.kurier.cli.shell.UsageException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.TopicPartition;

/// `kafka-get-offsets`: `kurier topic offsets` with Kafka's flags, one line `topic:partition:offset` each.
final class KafkaGetOffsets {
    static final Command COMMAND = Command.kafka(
                    "kafka-get-offsets",
                    "Where partitions end, begin, or are at a time.",
                    call -> new KafkaGetOffsets(call).run())
            .with(
                    Option.value("--topic", "NAME", "A topic, or a regular expression of topics. Default: all"),
                    Option.value("--partitions", "0,1", "Only these partitions."),
                    Option.value("--topic-partitions", "T:0-3,U:5", "Only these; the upper bound is left out."),
                    Option.value(
                                    "--time",
                                    "TIME",
                                    "-1 or latest, -2 or earliest, -3 or max-timestamp, -4 or earliest-local, -5 or"
                                            + " latest-tiered, or milliseconds.")
                            .orElse("latest"),
                    Option.flag("--exclude-internal-topics", "Leave out topics that the node keeps for itself."),
                    Option.value("--broker-list", "HOST:PORT", "An older name of --bootstrap-server."),
                    Flags.SERVER,
                    Flags.CONFIG);

    private final Call call;
    private final Connection connection;

    private KafkaGetOffsets(Call call) {
        this.call = call;
        String older = call.text("--broker-list");
        connection = older == null || call.has("--bootstrap-server")
                ? Flags.connection(call)
                : new Connection(older, 30, call.path("--command-config"));
    }

    private void run() {
        if (call.has("--topic-partitions") && (call.has("--topic") || call.has("--partitions"))) {
            throw new UsageException("--topic-partitions cannot be used with --topic or --partitions");
        }
        OffsetSpec time = time(call.text("--time", "latest"));
        Predicate<TopicPartition> wanted = wanted();
        try (Admin admin = connection.admin()) {
            Map<TopicPartition, OffsetSpec> asked = new LinkedHashMap<>();
            for (TopicPartition partition : partitions(admin)) {
                if (wanted.test(partition)) {
                    asked.put(partition, time);
                }
            }
            if (asked.isEmpty()) {
                throw new Failure("Could not match any topic-partitions with the specified filters");
            }
            ListOffsetsResult offsets = admin.listOffsets(asked);
            for (TopicPartition partition : asked.keySet()) {
                long offset = connection
                        .await(offsets.partitionResult(partition), "Partition " + partition)
                        .offset();
                if (offset >= 0) {
                    call.out().println(partition.topic() + ":" + partition.partition() + ":" + offset);
                }
            }
        }
    }

    private List<TopicPartition> partitions(Admin admin) {
        Collection<String> names = connection.await(
                admin.listTopics(new ListTopicsOptions().listInternal(!call.has("--exclude-internal-topics")))
                        .names(),
                "The topics");
        List<TopicPartition> partitions = new ArrayList<>();
        if (!names.isEmpty()) {
            Collection<TopicDescription> topics = connection
                    .await(
                            admin.describeTopics(TopicCollection.ofTopicNames(names))
                                    .allTopicNames(),
                            "A topic")
                    .values();
            topics.forEach(topic -> topic.partitions()
                    .forEach(partition -> partitions.add(new TopicPartition(topic.name(), partition.partition()))));
        }
        partitions.sort(Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition));
        return partitions;
    }

    private static OffsetSpec time(String text) {
        return switch (text) {
            case "-1", "latest" -> OffsetSpec.latest();
            case "-2", "earliest" -> OffsetSpec.earliest();
            case "-3", "max-timestamp" -> OffsetSpec.maxTimestamp();
            case "-4", "earliest-local" -> OffsetSpec.earliestLocal();
            case "-5", "latest-tiered" -> OffsetSpec.latestTiered();
            default -> {
                try {
                    yield OffsetSpec.forTimestamp(Long.parseLong(text));
                } catch (NumberFormatException e) {
                    throw new UsageException("'" + text + "' is no time: say latest, earliest, max-timestamp,"
                            + " earliest-local, latest-tiered, or milliseconds");
                }
            }
        };
    }

    private Predicate<TopicPartition> wanted() {
        String rules = call.text("--topic-partitions");
        if (rules != null) {
            return Stream.of(rules.split(",", -1))
                    .map(KafkaGetOffsets::rule)
                    .reduce(Predicate::or)
                    .orElseThrow();
        }
        Pattern topics = Flags.topics(call.text("--topic", ".*"));
        String numbers = call.text("--partitions");
        Predicate<Integer> partitions = numbers == null
                ? any -> true
                : Stream.of(numbers.split(",", -1))
                        .map(KafkaGetOffsets::range)
                        .reduce(Predicate::or)
                        .orElseThrow();
        return partition -> topics.matcher(partition.topic()).matches() && partitions.test(partition.partition());
    }

    /// `T`, `T:0`, `T:0-3`, `T:-3`, `T:2-`, `:0`.
    private static Predicate<TopicPartition> rule(String text) {
        int colon = text.lastIndexOf(':');
        Pattern topics = Flags.topics(colon == 0 ? ".*" : colon < 0 ? text : text.substring(0, colon));
        Predicate<Integer> numbers = colon < 0 ? any -> true : range(text.substring(colon + 1));
        return partition -> topics.matcher(partition.topic()).matches() && numbers.test(partition.partition());
    }

    private static Predicate<Integer> range(String text) {
        String range = text.strip();
        try {
            int dash = range.indexOf('-');
            if (dash < 0) {
                int only = Integer.parseInt(range);
                return number -> number == only;
            }
            int from = dash == 0 ? 0 : Integer.parseInt(range.substring(0, dash));
            int to = dash + 1 == range.length() ? Integer.MAX_VALUE : Integer.parseInt(range.substring(dash + 1));
            return number -> number >= from && number < to;
        } catch (NumberFormatException e) {
            throw new UsageException("'" + text + "' is no partition and no range such as 0-3");
        }
    }
}
