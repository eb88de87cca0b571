package io.kurier.cli.topic;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `kurier topic`: its commands, none of its own.
@Command(
        name = "topic",
        description = "Make, list, look at, change and delete topics.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            CreateTopic.class,
            ListTopics.class,
            DescribeTopic.class,
            AlterTopic.class,
            DeleteTopic.class,
        })
public final class TopicCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say which: create, list, describe, alter or delete");
    }
}
