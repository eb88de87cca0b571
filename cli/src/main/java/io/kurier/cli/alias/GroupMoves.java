package io.kurier.cli.alias;

import io.kurier.cli.group.GroupOffsets;
import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Failure;
import io.kurier.cli.shell.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// `kafka-consumer-groups --reset-offsets`: moves groups without members.
final class GroupMoves {
    private static final Comparator<TopicPartition> ORDER =
            Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);
    private static final String[] PLACES = {
        "--to-earliest",
        "--to-latest",
        "--to-current",
        "--to-offset",
        "--to-datetime",
        "--by-duration",
        "--shift-by",
        "--from-file"
    };

    private final Call call;
    private final Connection connection;
    private final Admin admin;
    private final GroupOffsets offsets;

    GroupMoves(Call call, Connection connection, Admin admin) {
        this.call = call;
        this.connection = connection;
        this.admin = admin;
        offsets = new GroupOffsets(connection, admin);
    }

    void reset(List<String> groups) {
        String place = place();
        boolean execute = call.has("--execute");
        if (execute && call.has("--dry-run")) {
            throw new UsageException("--execute and --dry-run exclude each other");
        }
        if (!place.equals("--from-file") && call.has("--all-topics") == call.has("--topic")) {
            throw new UsageException("Say what to move: either --all-topics or --topic");
        }
        if (!execute && !call.has("--dry-run")) {
            call.err().println("WARN: No action will be performed as the --execute option is missing.");
        }
        Map<String, Map<TopicPartition, Long>> moves = new TreeMap<>();
        for (String group : groups) {
            requireInactive(group);
            moves.put(group, place.equals("--from-file") ? fromFile(group, groups.size() == 1) : move(group, place));
        }
        if (execute) {
            moves.forEach((group, to) -> {
                Map<TopicPartition, OffsetAndMetadata> changes = new HashMap<>();
                to.forEach((partition, offset) -> changes.put(partition, new OffsetAndMetadata(offset)));
                if (!changes.isEmpty()) {
                    connection.await(
                            admin.alterConsumerGroupOffsets(group, changes).all(), "Group " + group);
                }
            });
        }
        print(moves);
    }

    private String place() {
        List<String> given = List.of(PLACES).stream().filter(call::has).toList();
        if (given.size() != 1) {
            throw new UsageException("Say where to, once: " + String.join(", ", PLACES));
        }
        return given.getFirst();
    }

    private void requireInactive(String group) {
        try {
            GroupState state = connection
                    .await(
                            admin.describeConsumerGroups(List.of(group))
                                    .describedGroups()
                                    .get(group),
                            "Group " + group)
                    .groupState();
            if (state != GroupState.EMPTY && state != GroupState.DEAD) {
                throw new Failure("Assignments can only be reset if the group '" + group
                        + "' is inactive, but the current state is " + state + ".");
            }
        } catch (Failure e) {
            if (!(e.getCause() instanceof GroupIdNotFoundException)) {
                throw e;
            }
        }
    }

    private void print(Map<String, Map<TopicPartition, Long>> moves) {
        if (call.has("--export")) {
            moves.forEach((group, to) -> to.forEach((partition, offset) -> call.out()
                    .println((moves.size() > 1 ? group + "," : "") + partition.topic() + "," + partition.partition()
                            + "," + offset)));
            return;
        }
        int groupWidth = moves.keySet().stream().mapToInt(String::length).max().orElse(0);
        int topicWidth = moves.values().stream()
                .flatMap(to -> to.keySet().stream())
                .mapToInt(partition -> partition.topic().length())
                .max()
                .orElse(0);
        String form = "%-" + Math.max(15, groupWidth) + "s %-" + Math.max(15, topicWidth) + "s %-10s %s";
        call.out().println();
        call.out().println(form.formatted("GROUP", "TOPIC", "PARTITION", "NEW-OFFSET"));
        moves.forEach((group, to) -> to.forEach((partition, offset) ->
                call.out().println(form.formatted(group, partition.topic(), partition.partition(), offset))));
    }

    private Map<TopicPartition, Long> move(String group, String place) {
        Map<TopicPartition, Long> committed = offsets.committed(group);
        Set<TopicPartition> partitions = new TreeSet<>(ORDER);
        partitions.addAll(
                call.has("--all-topics")
                        ? committed.keySet()
                        : named(call.texts("--topic"), missing -> {
                            throw new Failure("Topic " + missing + " does not exist");
                        }));
        Map<TopicPartition, Long> begins = offsets.at(partitions, OffsetSpec.earliest());
        Map<TopicPartition, Long> ends = offsets.ends(partitions);
        Map<TopicPartition, Long> times = switch (place) {
            case "--to-datetime" -> offsets.at(partitions, OffsetSpec.forTimestamp(time(call.need(place))));
            case "--by-duration" -> offsets.at(partitions, OffsetSpec.forTimestamp(ago(call.need(place))));
            default -> Map.of();
        };
        Long number = place.equals("--to-offset") || place.equals("--shift-by") ? call.large(place) : null;
        Map<TopicPartition, Long> to = new TreeMap<>(ORDER);
        for (TopicPartition partition : partitions) {
            Long end = ends.get(partition);
            if (end == null) {
                continue;
            }
            long begin = begins.getOrDefault(partition, 0L);
            Long at = committed.get(partition);
            if (place.equals("--shift-by") && at == null) {
                throw new Failure("Cannot shift offset for partition " + partition
                        + " since there is no current committed offset");
            }
            long found = times.getOrDefault(partition, -1L);
            long wanted = switch (place) {
                case "--to-earliest" -> begin;
                case "--to-latest" -> end;
                case "--to-current" -> at == null ? end : at;
                case "--to-offset" -> number == null ? end : number;
                case "--shift-by" -> (at == null ? 0 : at) + (number == null ? 0 : number);
                default -> found < 0 ? end : found;
            };
            to.put(partition, within(partition, wanted, begin, end));
        }
        return to;
    }

    private long within(TopicPartition partition, long wanted, long begin, long end) {
        if (wanted > end) {
            call.err()
                    .println("WARN: New offset (" + wanted + ") is higher than latest offset for topic partition "
                            + partition + ". Value will be set to " + end);
        } else if (wanted < begin) {
            call.err()
                    .println("WARN: New offset (" + wanted + ") is lower than earliest offset for topic partition "
                            + partition + ". Value will be set to " + begin);
        }
        return Math.clamp(wanted, begin, end);
    }

    private static long ago(String duration) {
        try {
            return Instant.now().minus(Duration.parse(duration)).toEpochMilli();
        } catch (DateTimeException e) {
            throw new UsageException("'" + duration + "' is no duration such as P1DT2H30M");
        }
    }

    /// A time without a zone is in UTC, as for Kafka's tool.
    static long time(String text) {
        try {
            return text.matches(".*T.*(Z|[+-]\\d\\d:?\\d\\d)")
                    ? OffsetDateTime.parse(text.replaceFirst("([+-]\\d\\d)(\\d\\d)$", "$1:$2"))
                            .toInstant()
                            .toEpochMilli()
                    : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC).toEpochMilli();
        } catch (DateTimeException e) {
            throw new UsageException("'" + text + "' is no time such as 2026-11-21T10:00:00.000");
        }
    }

    /// The partitions that words such as `topic` and `topic:0,1` name.
    ///
    /// @param missing is told of a topic that does not exist
    Set<TopicPartition> named(List<String> words, Consumer<String> missing) {
        Set<TopicPartition> named = new TreeSet<>(ORDER);
        for (String word : words) {
            int colon = word.lastIndexOf(':');
            String topic = colon < 0 ? word : word.substring(0, colon);
            if (colon >= 0) {
                for (String partition : word.substring(colon + 1).split(",", -1)) {
                    named.add(new TopicPartition(topic, number(partition)));
                }
                continue;
            }
            try {
                named.addAll(connection.partitions(admin, topic));
            } catch (Failure e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
                missing.accept(topic);
            }
        }
        return named;
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text.strip());
        } catch (NumberFormatException e) {
            throw new UsageException("'" + text + "' is no partition number");
        }
    }

    /// Lines `topic,partition,offset`, or with the group before them.
    private Map<TopicPartition, Long> fromFile(String group, boolean onlyGroup) {
        Path file = Path.of(call.need("--from-file"));
        Map<TopicPartition, Long> to = new TreeMap<>(ORDER);
        try {
            for (String line : Files.readAllLines(file)) {
                String[] cells = line.replace("\"", "").strip().split(",", -1);
                boolean named = cells.length == 4;
                if (line.isBlank() || (named && !cells[0].equals(group))) {
                    continue;
                }
                if (cells.length != 4 && (cells.length != 3 || !onlyGroup)) {
                    throw new Failure(
                            file + ": '" + line + "' is not " + (onlyGroup ? "" : "group,") + "topic,partition,offset");
                }
                int at = named ? 1 : 0;
                to.put(new TopicPartition(cells[at], number(cells[at + 1])), Long.parseLong(cells[at + 2].strip()));
            }
        } catch (IOException e) {
            throw new Failure("Cannot read " + file, e);
        } catch (NumberFormatException e) {
            throw new Failure(file + " holds an offset that is no number", e);
        }
        return checked(to);
    }

    private Map<TopicPartition, Long> checked(Map<TopicPartition, Long> to) {
        Map<TopicPartition, Long> begins = offsets.at(to.keySet(), OffsetSpec.earliest());
        Map<TopicPartition, Long> ends = offsets.ends(to.keySet());
        to.replaceAll((partition, offset) -> {
            Long end = ends.get(partition);
            if (end == null) {
                throw new Failure("Partition " + partition + " does not exist");
            }
            return within(partition, offset, begins.getOrDefault(partition, 0L), end);
        });
        return to;
    }
}
