package io.kurier.cli.group;

import io.kurier.cli.shell.Command;

/// `kurier group`: its commands, none of its own.
public final class GroupCommand {
    /// The command.
    public static final Command COMMAND = Command.group(
            "group",
            "Consumer groups: who is in them, how far they are, and how to move or remove them.",
            ListGroups.COMMAND,
            DescribeGroup.COMMAND,
            GroupEvents.COMMAND,
            ResetOffsets.COMMAND,
            DeleteOffsets.COMMAND,
            DeleteGroup.COMMAND);

    private GroupCommand() {}
}
