package io.kurier.cli.topic;

import io.kurier.cli.shell.Command;

/// `kurier topic`: its commands, none of its own.
public final class TopicCommand {
    /// The command.
    public static final Command COMMAND = Command.group(
            "topic",
            "Make, list, look at, change and delete topics.",
            CreateTopic.COMMAND,
            ListTopics.COMMAND,
            DescribeTopic.COMMAND,
            TopicOffsets.COMMAND,
            AlterTopic.COMMAND,
            TrimTopic.COMMAND,
            DeleteTopic.COMMAND);

    private TopicCommand() {}
}
