package io.kurier.cli.cluster;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `kurier cluster`: its commands, none of its own.
@Command(
        name = "cluster",
        description = "The nodes, their quorum and the features that are switched on.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {DescribeCluster.class, DescribeQuorum.class, DescribeFeatures.class})
public final class ClusterCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say which: describe, quorum or features");
    }
}
