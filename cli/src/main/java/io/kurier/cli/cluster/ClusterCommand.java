package io.kurier.cli.cluster;

import io.kurier.cli.shell.Command;

/// `kurier cluster`: its commands, none of its own.
public final class ClusterCommand {
    /// The command.
    public static final Command COMMAND = Command.group(
            "cluster",
            "The nodes, their quorum and the features that are switched on.",
            ClusterStatus.COMMAND,
            DescribeCluster.COMMAND,
            DescribeQuorum.COMMAND,
            DescribeFeatures.COMMAND,
            SetFeature.COMMAND,
            DescribeApis.COMMAND,
            BalanceCluster.COMMAND,
            LeaveCluster.COMMAND);

    private ClusterCommand() {}
}
