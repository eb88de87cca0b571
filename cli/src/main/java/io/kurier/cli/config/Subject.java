package io.kurier.cli.config;

import org.apache.kafka.common.config.ConfigResource;
import picocli.CommandLine.Parameters;

/// Whose settings: the two words that every `kurier config` command starts with.
final class Subject {
    /// What has settings.
    enum Kind {
        TOPIC,
        BROKER,
        GROUP
    }

    @Parameters(index = "0", paramLabel = "topic|broker|group")
    private Kind kind;

    @Parameters(
            index = "1",
            paramLabel = "NAME",
            description = "The topic or group, the broker's number, or 'default' for all brokers.")
    private String name;

    ConfigResource resource() {
        return switch (kind) {
            case TOPIC -> new ConfigResource(ConfigResource.Type.TOPIC, name);
            case GROUP -> new ConfigResource(ConfigResource.Type.GROUP, name);
            case BROKER -> new ConfigResource(ConfigResource.Type.BROKER, name.equals("default") ? "" : name);
        };
    }

    /// `Topic words`, for the beginning of a sentence.
    String words() {
        return switch (kind) {
            case TOPIC -> "Topic " + name;
            case GROUP -> "Group " + name;
            case BROKER -> name.equals("default") ? "The default of all brokers" : "Broker " + name;
        };
    }
}
