package io.kurier.cli.cluster;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Table;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.jspecify.annotations.Nullable;

/// `kurier cluster quorum`.
final class DescribeQuorum {
    static final Command COMMAND = Command.connected(
            "quorum",
            "Who votes on the cluster's metadata, and how far each has it.",
            call -> new DescribeQuorum(call).run());

    private final Call call;
    private final Connection connection;

    private DescribeQuorum(Call call) {
        this.call = call;
        connection = call.connection();
    }

    private void run() {
        QuorumInfo quorum;
        try (Admin admin = connection.admin()) {
            quorum = connection.await(admin.describeMetadataQuorum().quorumInfo(), "The quorum");
        }
        Table table = new Table("node", "role", "log end", "lag", "last caught up");
        add(table, quorum, quorum.voters(), "voter");
        add(table, quorum, quorum.observers(), "observer");
        Map<String, @Nullable Object> value = new LinkedHashMap<>();
        value.put("leader", quorum.leaderId());
        value.put("epoch", quorum.leaderEpoch());
        value.put("highWatermark", quorum.highWatermark());
        value.put("replicas", table.objects());
        call.output()
                .answer(
                        "Leader " + quorum.leaderId() + " in epoch " + quorum.leaderEpoch() + ", high watermark "
                                + quorum.highWatermark() + "\n" + table.text(),
                        value);
    }

    private static void add(Table table, QuorumInfo quorum, List<QuorumInfo.ReplicaState> replicas, String role) {
        long end = quorum.voters().stream()
                .mapToLong(QuorumInfo.ReplicaState::logEndOffset)
                .max()
                .orElse(0);
        for (QuorumInfo.ReplicaState replica : replicas) {
            OptionalLong caughtUp = replica.lastCaughtUpTimestamp();
            table.row(
                    replica.replicaId(),
                    replica.replicaId() == quorum.leaderId() ? "leader" : role,
                    replica.logEndOffset(),
                    Math.max(0, end - replica.logEndOffset()),
                    caughtUp.isPresent() && caughtUp.getAsLong() >= 0 ? caughtUp.getAsLong() : null);
        }
    }
}
