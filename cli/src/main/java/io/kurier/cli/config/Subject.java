package io.kurier.cli.config;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.UsageException;
import java.util.Locale;
import org.apache.kafka.common.config.ConfigResource;

/// Whose settings: the two words that every `kurier config` command starts with.
///
/// @param name the topic, group or subscription, the broker's number, or `default` for all brokers
record Subject(Kind kind, String name) {
    /// How the two words stand in the help.
    static final String LABEL = "topic|broker|group|client-metrics NAME";

    /// What has settings.
    enum Kind {
        TOPIC,
        BROKER,
        GROUP,
        CLIENT_METRICS
    }

    /// The first two operands.
    static Subject of(Call call) {
        String kind = call.operands().getFirst();
        try {
            return new Subject(
                    Kind.valueOf(kind.toUpperCase(Locale.ROOT).replace('-', '_')),
                    call.operands().get(1));
        } catch (IllegalArgumentException e) {
            throw new UsageException(
                    "'" + kind + "' has no settings: say topic, broker, group or client-metrics, then a name");
        }
    }

    ConfigResource resource() {
        return switch (kind) {
            case TOPIC -> new ConfigResource(ConfigResource.Type.TOPIC, name);
            case GROUP -> new ConfigResource(ConfigResource.Type.GROUP, name);
            case CLIENT_METRICS -> new ConfigResource(ConfigResource.Type.CLIENT_METRICS, name);
            case BROKER -> new ConfigResource(ConfigResource.Type.BROKER, name.equals("default") ? "" : name);
        };
    }

    /// `Topic words`, for the beginning of a sentence.
    String words() {
        return switch (kind) {
            case TOPIC -> "Topic " + name;
            case GROUP -> "Group " + name;
            case CLIENT_METRICS -> "Subscription " + name;
            case BROKER -> name.equals("default") ? "The default of all brokers" : "Broker " + name;
        };
    }
}
