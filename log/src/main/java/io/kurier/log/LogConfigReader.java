package io.kurier.log;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.record.TimestampType;

/// Reads a [LogConfig] from Kafka's topic settings by their names.
final class LogConfigReader {
    private final Map<String, String> settings;

    private LogConfigReader(Map<String, String> settings) {
        this.settings = settings;
    }

    static LogConfig read(Map<String, String> settings, LogConfig absent) {
        LogConfigReader reader = new LogConfigReader(settings);
        return new LogConfig(
                reader.segments(absent.segments()),
                reader.retention(absent.retention()),
                reader.timestamps(absent.timestamps()),
                reader.flush(absent.flush()),
                reader.integer("max.message.bytes", absent.maxMessageBytes()));
    }

    private LogConfig.Segments segments(LogConfig.Segments absent) {
        return new LogConfig.Segments(
                integer("segment.bytes", absent.bytes()),
                number("segment.ms", absent.ms()),
                number("segment.jitter.ms", absent.jitterMs()),
                integer("segment.index.bytes", absent.indexBytes()),
                integer("index.interval.bytes", absent.indexIntervalBytes()));
    }

    private LogConfig.Retention retention(LogConfig.Retention absent) {
        String policy = settings.get("cleanup.policy");
        List<String> policies =
                policy == null ? List.of() : List.of(policy.strip().split("\\s*,\\s*", -1));
        return new LogConfig.Retention(
                number("retention.ms", absent.ms()),
                number("retention.bytes", absent.bytes()),
                policy == null ? absent.delete() : policies.contains("delete"),
                policy == null ? absent.compact() : policies.contains("compact"),
                number("file.delete.delay.ms", absent.fileDeleteDelayMs()));
    }

    private LogConfig.Timestamps timestamps(LogConfig.Timestamps absent) {
        String type = settings.get("message.timestamp.type");
        return new LogConfig.Timestamps(
                type == null ? absent.type() : TimestampType.forName(type.strip()),
                number("message.timestamp.before.max.ms", absent.beforeMaxMs()),
                number("message.timestamp.after.max.ms", absent.afterMaxMs()));
    }

    private LogConfig.Flush flush(LogConfig.Flush absent) {
        String durability = settings.get("kurier.durability");
        return new LogConfig.Flush(
                durability == null ? absent.durability() : Durability.of(durability.strip()),
                number("flush.messages", absent.messages()),
                number("flush.ms", absent.ms()));
    }

    private int integer(String name, int absent) {
        return Math.toIntExact(number(name, absent));
    }

    private long number(String name, long absent) {
        String value = settings.get(name);
        try {
            return value == null ? absent : Long.parseLong(value.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " is a number, not '" + value + "'", e);
        }
    }
}
