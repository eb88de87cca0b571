package io.kurier.cli.records;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kurier.cli.shell.Failure;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/// Makes a record of a line of input: the value alone, `key<separator>value`, or a JSON object as `kurier consume
/// --json` writes it.
///
/// @param topic where the records go
/// @param partition which partition, or null: by key, or spread
/// @param keySeparator what parts key from value, or null: lines are values
/// @param fixedKey the key of every record that brings none, or null
/// @param nullMarker the text that stands for null, or null: none does
/// @param headers given to every record
/// @param jsonLines whether lines are JSON objects
record LineParser(
        String topic,
        @Nullable Integer partition,
        @Nullable String keySeparator,
        @Nullable String fixedKey,
        @Nullable String nullMarker,
        List<Header> headers,
        boolean jsonLines) {

    /// Loaded only for JSON lines: others start faster without it.
    private static final class Holder {
        static final ObjectMapper MAPPER = new ObjectMapper();
    }

    /// The record of a line.
    ///
    /// @throws Failure if the line has no separator or is not such an object
    ProducerRecord<byte[], byte[]> parse(String line) {
        if (jsonLines) {
            return parseJson(line);
        }
        String key = fixedKey;
        String value = line;
        if (keySeparator != null) {
            int at = line.indexOf(keySeparator);
            if (at < 0) {
                throw new Failure("there is no key separator '" + keySeparator + "' in: " + excerpt(line));
            }
            key = line.substring(0, at);
            value = line.substring(at + keySeparator.length());
        }
        return new ProducerRecord<>(topic, partition, null, bytes(key), bytes(value), headers);
    }

    private ProducerRecord<byte[], byte[]> parseJson(String line) {
        try {
            JsonNode json = Holder.MAPPER.readTree(line);
            if (!json.isObject()) {
                throw new Failure("not a JSON object: " + excerpt(line));
            }
            List<Header> all = new ArrayList<>(headers);
            for (JsonNode header : json.path("headers")) {
                all.add(new RecordHeader(header.path("key").asText(), binary(header, "value")));
            }
            Integer where = json.has("partition") && partition == null
                    ? Integer.valueOf(json.get("partition").asInt())
                    : partition;
            Long timestamp =
                    json.has("timestamp") ? Long.valueOf(json.get("timestamp").asLong()) : null;
            byte[] key = json.has("key") || json.has("keyBase64") ? binary(json, "key") : bytes(fixedKey);
            return new ProducerRecord<>(topic, where, timestamp, key, binary(json, "value"), all);
        } catch (JsonProcessingException e) {
            throw new Failure("not a JSON object: " + excerpt(line), e);
        } catch (IllegalArgumentException e) {
            throw new Failure(e.getMessage() + ": " + excerpt(line), e);
        }
    }

    private static byte @Nullable [] binary(JsonNode json, String field) {
        JsonNode encoded = json.get(field + "Base64");
        if (encoded != null) {
            return Base64.getDecoder().decode(encoded.asText());
        }
        JsonNode text = json.get(field);
        if (text == null || text.isNull()) {
            return null;
        }
        return (text.isTextual() ? text.asText() : text.toString()).getBytes(StandardCharsets.UTF_8);
    }

    private byte @Nullable [] bytes(@Nullable String text) {
        return text == null || text.equals(nullMarker) ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    private static String excerpt(String line) {
        return line.length() <= 60 ? line : line.substring(0, 60) + "...";
    }
}
