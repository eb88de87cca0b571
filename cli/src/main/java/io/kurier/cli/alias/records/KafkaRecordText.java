package io.kurier.cli.alias.records;

import io.kurier.cli.records.RecordSink;
import io.kurier.cli.shell.UsageException;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/// Records as Kafka's console consumer writes them: timestamp, partition, offset, headers, key and value, each only on
/// request but for the value.
final class KafkaRecordText implements RecordSink.RecordText {
    private static final String NOT_PRESENT = "NOT_PRESENT";
    private static final Set<String> KNOWN = Set.of(
            "print.timestamp",
            "print.key",
            "print.offset",
            "print.partition",
            "print.headers",
            "print.value",
            "print.epoch",
            "print.delivery",
            "key.separator",
            "line.separator",
            "headers.separator",
            "null.literal",
            "key.deserializer",
            "value.deserializer",
            "headers.deserializer");

    private final Properties properties;
    private final boolean skipsErrors;
    private final PrintWriter err;
    private final @Nullable Deserializer<?> keys;
    private final @Nullable Deserializer<?> values;
    private final @Nullable Deserializer<?> headers;
    private final byte[] separator;
    private final byte[] lineEnd;
    private final byte[] nullText;

    /// @param properties by the names of Kafka's formatter
    /// @throws UsageException if a deserializer cannot be used
    KafkaRecordText(Properties properties, boolean skipsErrors, PrintWriter err) {
        this.properties = properties;
        this.skipsErrors = skipsErrors;
        this.err = err;
        properties.stringPropertyNames().stream()
                .filter(name -> !KNOWN.contains(name) && name.indexOf('.') == name.lastIndexOf('.'))
                .forEach(name -> err.println("Unknown formatter property " + name + " has no effect"));
        keys = deserializer("key.deserializer", true);
        values = deserializer("value.deserializer", false);
        headers = deserializer("headers.deserializer", false);
        separator = bytes("key.separator", "\t");
        lineEnd = bytes("line.separator", "\n");
        nullText = bytes("null.literal", "null");
    }

    private byte[] bytes(String name, String otherwise) {
        return properties.getProperty(name, otherwise).getBytes(StandardCharsets.UTF_8);
    }

    /// A class of that name; `String` and the like stand for Kafka's own. Settings of its own have the kind as prefix.
    private @Nullable Deserializer<?> deserializer(String name, boolean isKey) {
        String given = properties.getProperty(name);
        if (given == null || given.isBlank()) {
            return null;
        }
        String type = given.contains(".")
                ? given
                : "org.apache.kafka.common.serialization."
                        + (given.endsWith("Deserializer") ? given : given + "Deserializer");
        try {
            Deserializer<?> made = Class.forName(type)
                    .asSubclass(Deserializer.class)
                    .getDeclaredConstructor()
                    .newInstance();
            Map<String, Object> own = new HashMap<>();
            for (String one : properties.stringPropertyNames()) {
                if (one.startsWith(name + ".")) {
                    own.put(one.substring(name.length() + 1), properties.getProperty(one));
                }
            }
            made.configure(own, isKey);
            return made;
        } catch (ReflectiveOperationException | ClassCastException e) {
            throw new UsageException(given + " is no deserializer that is there");
        }
    }

    @Override
    public boolean write(ConsumerRecord<byte[], byte[]> record, ByteArrayOutputStream out) {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try {
            fields(record, line);
        } catch (RuntimeException e) {
            if (!skipsErrors) {
                throw e;
            }
            err.println("Error processing message, skipping this message: " + e.getMessage());
            return false;
        }
        out.writeBytes(line.toByteArray());
        return true;
    }

    private void fields(ConsumerRecord<byte[], byte[]> record, ByteArrayOutputStream line) {
        if (prints("print.timestamp", false)) {
            text(
                    record.timestampType() == TimestampType.NO_TIMESTAMP_TYPE
                            ? "NO_TIMESTAMP"
                            : record.timestampType() + ":" + record.timestamp(),
                    line);
            between(line, "print.partition", "print.offset", "print.headers", "print.key");
        }
        if (prints("print.partition", false)) {
            text("Partition:" + record.partition(), line);
            between(line, "print.offset", "print.headers", "print.key");
        }
        if (prints("print.offset", false)) {
            text("Offset:" + record.offset(), line);
            between(line, "print.delivery", "print.epoch", "print.headers", "print.key");
        }
        if (prints("print.delivery", false)) {
            text("Delivery:" + record.deliveryCount().map(String::valueOf).orElse(NOT_PRESENT), line);
            between(line, "print.epoch", "print.headers", "print.key");
        }
        if (prints("print.epoch", false)) {
            text("Epoch:" + record.leaderEpoch().map(String::valueOf).orElse(NOT_PRESENT), line);
            between(line, "print.headers", "print.key");
        }
        if (prints("print.headers", false)) {
            headers(record, line);
            between(line, "print.key");
        }
        if (prints("print.key", false)) {
            line.writeBytes(shown(record.key(), record.topic(), keys));
            between(line);
        }
        if (prints("print.value", true)) {
            line.writeBytes(shown(record.value(), record.topic(), values));
        }
        line.writeBytes(lineEnd);
    }

    private boolean prints(String name, boolean otherwise) {
        return properties.getProperty(name, String.valueOf(otherwise)).strip().equalsIgnoreCase("true");
    }

    /// The separator, if one of these follows, or the value.
    private void between(ByteArrayOutputStream line, String... following) {
        boolean follows = prints("print.value", true);
        for (String name : following) {
            follows |= prints(name, false);
        }
        if (follows) {
            line.writeBytes(separator);
        }
    }

    private void headers(ConsumerRecord<byte[], byte[]> record, ByteArrayOutputStream line) {
        if (!record.headers().iterator().hasNext()) {
            text("NO_HEADERS", line);
            return;
        }
        boolean first = true;
        for (Header header : record.headers()) {
            text((first ? "" : properties.getProperty("headers.separator", ",")) + header.key() + ":", line);
            line.writeBytes(shown(header.value(), record.topic(), headers));
            first = false;
        }
    }

    private byte[] shown(byte @Nullable [] bytes, String topic, @Nullable Deserializer<?> deserializer) {
        if (bytes == null) {
            return nullText;
        }
        return deserializer == null
                ? bytes
                : String.valueOf(deserializer.deserialize(topic, bytes)).getBytes(StandardCharsets.UTF_8);
    }

    private static void text(String text, ByteArrayOutputStream line) {
        line.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }
}
