package io.kurier.cli.config;

import io.kurier.cli.shell.Command;

/// `kurier config`: its commands, none of its own.
public final class ConfigCommand {
    /// The command.
    public static final Command COMMAND = Command.group(
            "config",
            "Settings of topics, brokers and groups.",
            DescribeConfig.COMMAND,
            SetConfig.COMMAND,
            DeleteConfig.COMMAND);

    private ConfigCommand() {}
}
