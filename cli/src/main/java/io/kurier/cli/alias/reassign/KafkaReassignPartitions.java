package io.kurier.cli.alias.reassign;

import io.kurier.cli.alias.Flags;
import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Failure;
import io.kurier.cli.shell.Option;
import io.kurier.cli.shell.UsageException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterPartitionReassignmentsOptions;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.PartitionReassignment;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;

/// `kafka-reassign-partitions`: the single steps of what `kurier cluster balance` and `kurier cluster leave` do.
public final class KafkaReassignPartitions {
    private static final String[] ACTIONS = {"--generate", "--execute", "--verify", "--cancel", "--list"};
    private static final long NO_THROTTLE = -1;

    /// The tool.
    public static final Command COMMAND = Command.kafka(
                    "kafka-reassign-partitions",
                    "Move the replicas of partitions to other nodes.",
                    KafkaReassignPartitions::run)
            .with(
                    Option.flag("--generate", "Propose an even placement of topics; nothing is changed."),
                    Option.flag("--execute", "Begin what a file says."),
                    Option.flag("--verify", "Say how far what a file says is, and lift the throttle when it is done."),
                    Option.flag("--cancel", "Go back where what a file says is still going on."),
                    Option.flag("--list", "Show what is going on."),
                    Option.value(
                            "--reassignment-json-file",
                            "FILE",
                            "{\"version\": 1, \"partitions\": [{\"topic\": \"T\", \"partition\": 0, \"replicas\": [1,"
                                    + " 2]}]}"),
                    Option.value(
                            "--topics-to-move-json-file",
                            "FILE",
                            "With --generate: {\"version\": 1, \"topics\": [{\"topic\": \"T\"}]}"),
                    Option.value("--broker-list", "1,2,3", "With --generate: the nodes to use."),
                    Option.flag("--disable-rack-aware", "With --generate: racks do not matter."),
                    Option.value(
                            "--throttle",
                            "BYTES",
                            "With --execute: how many bytes a second each node sends and takes for it."),
                    Option.flag(
                            "--additional", "With --execute: although others are going on, or to change the throttle."),
                    Option.flag("--preserve-throttles", "With --verify and --cancel: do not lift the throttle."),
                    Option.flag(
                            "--disallow-replication-factor-change",
                            "With --execute: refuse a file that changes the number of replicas."),
                    Option.value("--timeout", "MS", "How long to wait for an answer. Default: 10000"),
                    Flags.CONTROLLER,
                    Flags.SERVER,
                    Flags.CONFIG);

    private final Call call;
    private final Connection connection;
    private final Admin admin;

    private KafkaReassignPartitions(Call call, Connection connection, Admin admin) {
        this.call = call;
        this.connection = connection;
        this.admin = admin;
    }

    private static void run(Call call) {
        String action = Flags.oneOf(call, ACTIONS);
        Connection connection = Flags.controller(call);
        try (Admin admin = connection.admin()) {
            KafkaReassignPartitions tool = new KafkaReassignPartitions(call, connection, admin);
            switch (action) {
                case "--generate" -> tool.generate();
                case "--execute" -> tool.execute();
                case "--verify" -> tool.verify();
                case "--cancel" -> tool.cancel();
                default -> tool.list();
            }
        }
    }

    private void say(String line) {
        call.out().println(line);
    }

    // ---- what there is

    private Assignment wanted() {
        return Assignment.read(Path.of(call.need("--reassignment-json-file")));
    }

    /// All partitions of these topics.
    private Assignment current(Collection<String> topics) {
        Map<String, TopicDescription> found =
                connection.await(admin.describeTopics(topics).allTopicNames(), "The topics");
        Assignment current = Assignment.empty();
        found.forEach((topic, description) -> {
            for (TopicPartitionInfo partition : description.partitions()) {
                current.replicas()
                        .put(
                                new TopicPartition(topic, partition.partition()),
                                partition.replicas().stream().map(Node::id).toList());
            }
        });
        return current;
    }

    /// The partitions that are wanted elsewhere, where they are now.
    private Assignment current(Assignment wanted) {
        Assignment current = current(wanted.topics());
        for (TopicPartition partition : wanted.replicas().keySet()) {
            if (!current.replicas().containsKey(partition)) {
                throw new Failure("There is no partition " + partition);
            }
        }
        current.replicas().keySet().retainAll(wanted.replicas().keySet());
        return current;
    }

    private Map<TopicPartition, PartitionReassignment> going() {
        Map<TopicPartition, PartitionReassignment> sorted =
                new TreeMap<>(Assignment.empty().replicas().comparator());
        sorted.putAll(connection.await(admin.listPartitionReassignments().reassignments(), "The reassignments"));
        return sorted;
    }

    private Collection<Node> nodes() {
        return connection.await(admin.describeCluster().nodes(), "The nodes");
    }

    // ---- what is done

    private void generate() {
        Set<String> topics = Assignment.readTopics(Path.of(call.need("--topics-to-move-json-file")));
        TreeMap<Integer, String> racks = new TreeMap<>();
        Map<Integer, Node> known = nodes().stream().collect(Collectors.toMap(Node::id, node -> node));
        for (String word : call.need("--broker-list").split(",", -1)) {
            Node node = known.get(number("--broker-list", word.strip()));
            if (node == null) {
                throw new Failure("There is no node " + word.strip() + " in the cluster");
            }
            boolean matters = node.hasRack() && !call.has("--disable-rack-aware");
            racks.put(node.id(), matters ? Objects.requireNonNull(node.rack()) : "");
        }
        Assignment current = current(topics);
        say("Current partition replica assignment");
        say(current.toJson());
        say("");
        say("Proposed partition reassignment configuration");
        say(new Spread(racks).of(current).toJson());
    }

    private void execute() {
        Assignment wanted = wanted();
        long throttle = throttle();
        if (!call.has("--additional") && !going().isEmpty()) {
            throw new Failure("Cannot execute because there is an existing partition assignment. Use --additional to"
                    + " begin another beside it, or to change the throttle of what is going on");
        }
        Assignment current = current(wanted);
        say("Current partition replica assignment");
        say("");
        say(current.toJson());
        say("");
        say("Save this to use as the --reassignment-json-file option during rollback");
        if (throttle != NO_THROTTLE) {
            say("Warning: You must run --verify periodically, until the reassignment completes, to ensure the throttle"
                    + " is removed.");
            new Throttles(connection, admin).set(current, wanted, throttle);
            say("The inter-broker throttle limit was set to " + throttle + " B/s");
        }
        Map<TopicPartition, Optional<NewPartitionReassignment>> changes = new HashMap<>();
        wanted.replicas()
                .forEach(
                        (partition, nodes) -> changes.put(partition, Optional.of(new NewPartitionReassignment(nodes))));
        alter(changes, "moved");
        say("Successfully started partition reassignment" + (changes.size() == 1 ? "" : "s") + " for "
                + joined(wanted.replicas().keySet(), ","));
    }

    private void alter(Map<TopicPartition, Optional<NewPartitionReassignment>> changes, String done) {
        AlterPartitionReassignmentsOptions options = new AlterPartitionReassignmentsOptions()
                .timeoutMs(call.number("--timeout", 10_000))
                .allowReplicationFactorChange(!call.has("--disallow-replication-factor-change"));
        var results = admin.alterPartitionReassignments(changes, options).values();
        Map<TopicPartition, String> refused =
                new TreeMap<>(Assignment.empty().replicas().comparator());
        results.forEach((partition, result) -> {
            Throwable why = connection.refusal(result);
            if (why != null) {
                refused.put(partition, String.valueOf(why.getMessage()));
            }
        });
        if (!refused.isEmpty()) {
            throw new Failure(refused.size() + " of " + changes.size() + " partitions are not " + done + ": "
                    + refused.entrySet().stream()
                            .map(one -> one.getKey() + ": " + one.getValue())
                            .collect(Collectors.joining("; ")));
        }
    }

    private void verify() {
        Assignment wanted = wanted();
        Map<TopicPartition, PartitionReassignment> going = going();
        Assignment current = current(wanted);
        say("Status of partition reassignment:");
        wanted.replicas().forEach((partition, target) -> {
            List<Integer> now = current.replicas().getOrDefault(partition, List.of());
            if (going.containsKey(partition)) {
                say("Reassignment of partition " + partition + " is still in progress.");
            } else if (now.equals(target)) {
                say("Reassignment of partition " + partition + " is completed.");
            } else {
                say("There is no active reassignment of partition " + partition + ", but replica set is "
                        + joined(now, ",") + " rather than " + joined(target, ",") + ".");
            }
        });
        if (going.isEmpty() && !call.has("--preserve-throttles")) {
            clearThrottles(wanted);
        }
    }

    private void clearThrottles(Assignment wanted) {
        Set<Integer> nodes = nodes().stream().map(Node::id).collect(Collectors.toCollection(TreeSet::new));
        new Throttles(connection, admin).clear(nodes, wanted.topics());
        say("");
        say("Clearing broker-level throttles on broker" + (nodes.size() == 1 ? " " : "s ") + joined(nodes, ","));
        say("Clearing topic-level throttles on topic" + (wanted.topics().size() == 1 ? " " : "s ")
                + joined(wanted.topics(), ","));
    }

    private void cancel() {
        Assignment wanted = wanted();
        Set<TopicPartition> going = going().keySet();
        going.retainAll(wanted.replicas().keySet());
        if (going.isEmpty()) {
            say("None of the specified partition reassignments are active.");
        } else {
            Map<TopicPartition, Optional<NewPartitionReassignment>> changes = new HashMap<>();
            going.forEach(partition -> changes.put(partition, Optional.empty()));
            alter(changes, "cancelled");
            say("Successfully cancelled partition reassignment" + (going.size() == 1 ? "" : "s") + " for: "
                    + joined(going, ",") + ".");
        }
        if (!call.has("--preserve-throttles")) {
            clearThrottles(wanted);
        }
    }

    private void list() {
        Map<TopicPartition, PartitionReassignment> going = going();
        if (going.isEmpty()) {
            say("No partition reassignments found.");
            return;
        }
        say("Current partition reassignments:");
        going.forEach((partition, one) -> say(partition + ": replicas: " + joined(one.replicas(), ",") + "."
                + (one.addingReplicas().isEmpty() ? "" : " adding: " + joined(one.addingReplicas(), ",") + ".")
                + (one.removingReplicas().isEmpty() ? "" : " removing: " + joined(one.removingReplicas(), ",") + ".")));
    }

    private long throttle() {
        Long given = call.large("--throttle");
        if (given != null && given < 1) {
            throw new UsageException("--throttle must be one byte a second or more, and is " + given);
        }
        return given == null ? NO_THROTTLE : given;
    }

    private static int number(String flag, String word) {
        try {
            return Integer.parseInt(word);
        } catch (NumberFormatException e) {
            throw new UsageException(flag + " takes numbers of nodes with commas, and '" + word + "' is none");
        }
    }

    private static String joined(Collection<?> all, String between) {
        return all.stream().map(String::valueOf).collect(Collectors.joining(between));
    }
}
