package io.kurier.cli.alias.records;

import io.kurier.cli.shell.Failure;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/// Makes a record of a line as Kafka's console producer does: `[headers<TAB>][key<TAB>]value`, with the separators that
/// its properties name.
final class KafkaLineReader {
    private final String topic;
    private final boolean headers;
    private final boolean keys;
    private final boolean ignoresErrors;
    private final String headersEnd;
    private final String headerEnd;
    private final String headerKeyEnd;
    private final String keyEnd;
    private final @Nullable String nullMarker;
    private long number;

    /// @param properties by the names of Kafka's reader: `parse.key`, `key.separator`, `parse.headers`, ...
    KafkaLineReader(String topic, Properties properties) {
        this.topic = topic;
        headers = isTrue(properties, "parse.headers");
        keys = isTrue(properties, "parse.key");
        ignoresErrors = isTrue(properties, "ignore.error");
        headersEnd = properties.getProperty("headers.delimiter", "\t");
        headerEnd = properties.getProperty("headers.separator", ",");
        headerKeyEnd = properties.getProperty("headers.key.separator", ":");
        keyEnd = properties.getProperty("key.separator", "\t");
        nullMarker = properties.getProperty("null.marker");
    }

    private static boolean isTrue(Properties properties, String name) {
        return properties.getProperty(name, "false").strip().equalsIgnoreCase("true");
    }

    /// The record of the next line.
    ///
    /// @throws Failure if the line lacks a separator, and errors are not to be ignored
    ProducerRecord<byte[], byte[]> record(String line) {
        number++;
        String rest = line;
        List<Header> parsed = new ArrayList<>();
        if (headers) {
            String text = before(rest, headersEnd, "headers delimiter");
            if (text != null) {
                rest = rest.substring(text.length() + headersEnd.length());
                if (!text.equals(nullMarker)) {
                    parse(text, parsed);
                }
            }
        }
        String key = keys ? before(rest, keyEnd, "key separator") : null;
        String value = key == null ? rest : rest.substring(key.length() + keyEnd.length());
        return new ProducerRecord<>(topic, null, null, bytes(key), bytes(value), parsed);
    }

    private @Nullable String before(String text, String separator, String what) {
        int at = text.indexOf(separator);
        if (at >= 0) {
            return text.substring(0, at);
        }
        if (ignoresErrors) {
            return null;
        }
        throw new Failure("No " + what + " found on line number " + number + ": '" + text + "'");
    }

    private void parse(String text, List<Header> into) {
        for (String pair : text.split(Pattern.quote(headerEnd), -1)) {
            int at = pair.indexOf(headerKeyEnd);
            if (at < 0 && !ignoresErrors) {
                throw new Failure("No header key separator found in pair '" + pair + "' on line number " + number);
            }
            String name = at < 0 ? pair : pair.substring(0, at);
            String value = at < 0 ? null : pair.substring(at + headerKeyEnd.length());
            into.add(new RecordHeader(name, bytes(value)));
        }
    }

    private byte @Nullable [] bytes(@Nullable String text) {
        return text == null || text.equals(nullMarker) ? null : text.getBytes(StandardCharsets.UTF_8);
    }
}
