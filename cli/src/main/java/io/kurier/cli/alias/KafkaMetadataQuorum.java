package io.kurier.cli.alias;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Option;
import io.kurier.cli.shell.UsageException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.clients.admin.QuorumInfo.ReplicaState;

/// `kafka-metadata-quorum describe`: `kurier cluster quorum` in Kafka's columns.
final class KafkaMetadataQuorum {
    static final Command COMMAND = Command.kafka(
                    "kafka-metadata-quorum", "Who votes on the cluster's metadata.", KafkaMetadataQuorum::run)
            .with(
                    Option.flag("-s --status", "With describe: the state of the quorum."),
                    Option.flag("-r --replication", "With describe: how far each replica is."),
                    Option.flag("-hr --human-readable", "Times in words."),
                    Flags.CONTROLLER,
                    Flags.SERVER,
                    Flags.CONFIG)
            .withOperands("describe", 1, 1);

    private KafkaMetadataQuorum() {}

    private static void run(Call call) {
        String action = call.operands().getFirst();
        if (!action.equals("describe")) {
            throw new UsageException("'" + action + "' is not there yet: the quorum is this node alone. There is"
                    + " describe --status and describe --replication");
        }
        if (call.has("--status") == call.has("--replication")) {
            throw new UsageException("Say which: describe --status or describe --replication");
        }
        Connection connection = Flags.controller(call);
        try (Admin admin = connection.admin()) {
            QuorumInfo quorum = connection.await(admin.describeMetadataQuorum().quorumInfo(), "The quorum");
            if (call.has("--status")) {
                status(call, quorum, connection.await(admin.describeCluster().clusterId(), "The cluster"));
            } else {
                replication(call, quorum);
            }
        }
    }

    private static ReplicaState leader(QuorumInfo quorum) {
        return quorum.voters().stream()
                .filter(voter -> voter.replicaId() == quorum.leaderId())
                .findFirst()
                .orElse(quorum.voters().getFirst());
    }

    private static void status(Call call, QuorumInfo quorum, String clusterId) {
        ReplicaState leader = leader(quorum);
        List<ReplicaState> followers = quorum.voters().stream()
                .filter(voter -> voter.replicaId() != leader.replicaId())
                .toList();
        long lag = followers.stream()
                .mapToLong(voter -> leader.logEndOffset() - voter.logEndOffset())
                .max()
                .orElse(0);
        long lagMs = followers.isEmpty()
                ? 0
                : followers.stream()
                                .anyMatch(voter -> voter.lastCaughtUpTimestamp().orElse(-1) < 0)
                        ? -1
                        : followers.stream()
                                .mapToLong(
                                        voter -> leader.lastCaughtUpTimestamp().orElse(0)
                                                - voter.lastCaughtUpTimestamp().orElse(0))
                                .max()
                                .orElse(0);
        List<String[]> lines = List.of(
                new String[] {"ClusterId:", clusterId},
                new String[] {"LeaderId:", String.valueOf(quorum.leaderId())},
                new String[] {"LeaderEpoch:", String.valueOf(quorum.leaderEpoch())},
                new String[] {"HighWatermark:", String.valueOf(quorum.highWatermark())},
                new String[] {"MaxFollowerLag:", String.valueOf(lag)},
                new String[] {"MaxFollowerLagTimeMs:", String.valueOf(lagMs)},
                new String[] {"CurrentVoters:", nodes(quorum, quorum.voters())},
                new String[] {"CurrentObservers:", nodes(quorum, quorum.observers())});
        lines.forEach(line -> call.out().printf("%-23s %s%n", line[0], line[1]));
    }

    private static String nodes(QuorumInfo quorum, List<ReplicaState> replicas) {
        return replicas.stream()
                .map(replica -> {
                    QuorumInfo.Node node = quorum.nodes().get(replica.replicaId());
                    String endpoints = node == null || node.endpoints().isEmpty()
                            ? ""
                            : node.endpoints().stream()
                                    .map(endpoint -> "\"" + endpoint.listener() + "://"
                                            + (endpoint.host().contains(":")
                                                    ? "[" + endpoint.host() + "]"
                                                    : endpoint.host())
                                            + ":" + endpoint.port() + "\"")
                                    .collect(Collectors.joining(", ", ", \"endpoints\": [", "]"));
                    return "{\"id\": " + replica.replicaId() + ", \"directoryId\": \"" + replica.replicaDirectoryId()
                            + "\"" + endpoints + "}";
                })
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private static void replication(Call call, QuorumInfo quorum) {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {
            "NodeId", "DirectoryId", "LogEndOffset", "Lag", "LastFetchTimestamp", "LastCaughtUpTimestamp", "Status"
        });
        ReplicaState leader = leader(quorum);
        Stream.concat(
                        Stream.of(leader).map(replica -> row(call, replica, leader, "Leader")),
                        Stream.concat(
                                quorum.voters().stream()
                                        .filter(replica -> replica.replicaId() != leader.replicaId())
                                        .map(replica -> row(call, replica, leader, "Follower")),
                                quorum.observers().stream().map(replica -> row(call, replica, leader, "Observer"))))
                .forEach(rows::add);
        int[] widths = new int[rows.getFirst().length];
        rows.forEach(row -> {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        });
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.length; i++) {
                line.append(row[i])
                        .append(" ".repeat(widths[i] - row[i].length()))
                        .append('\t');
            }
            call.out().println(line);
        }
    }

    private static String[] row(Call call, ReplicaState replica, ReplicaState leader, String status) {
        return new String[] {
            String.valueOf(replica.replicaId()),
            replica.replicaDirectoryId().toString(),
            String.valueOf(replica.logEndOffset()),
            String.valueOf(leader.logEndOffset() - replica.logEndOffset()),
            time(call, replica.lastFetchTimestamp()),
            time(call, replica.lastCaughtUpTimestamp()),
            status
        };
    }

    private static String time(Call call, OptionalLong timestampMs) {
        long ms = timestampMs.orElse(-1);
        return call.has("--human-readable") && ms >= 0
                ? System.currentTimeMillis() - ms + " ms ago"
                : String.valueOf(ms);
    }
}
