package io.kurier.cli.group;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `kurier group`: its commands, none of its own.
@Command(
        name = "group",
        description = "Consumer groups: who is in them, how far they are, and how to move or remove them.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ListGroups.class,
            DescribeGroup.class,
            ResetOffsets.class,
            DeleteOffsets.class,
            DeleteGroup.class,
        })
public final class GroupCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "Say which: list, describe, reset-offsets, delete-offsets or delete");
    }
}
