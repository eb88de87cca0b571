package io.kurier.cli.records;

import io.kurier.cli.shell.Failure;
import io.kurier.cli.shell.Output;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/// How a consumed record is written. The text form knows kcat's letters: `%s` value, `%k` key, `%h` headers, `%t`
/// topic, `%p` partition, `%o` offset, `%T` timestamp in milliseconds, `%S` and `%K` length of value and key (-1 for
/// null), `%%`, and the escapes `\n`, `\t`, `\r`, `\\`. Bytes are written as they are.
final class RecordFormat implements RecordSink.RecordText {
    private static final String LETTERS = "skhtpoTSK%";

    private final List<String> parts;
    private final byte[] nullText;

    private RecordFormat(List<String> parts, String nullText) {
        this.parts = parts;
        this.nullText = nullText.getBytes(StandardCharsets.UTF_8);
    }

    /// Reads a format. A null key or value is written as `nullText`.
    ///
    /// @throws Failure if it has a letter that means nothing
    static RecordFormat parse(String format, String nullText) {
        List<String> parts = new ArrayList<>();
        StringBuilder literal = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            boolean last = i + 1 == format.length();
            if (c == '%' && !last && LETTERS.indexOf(format.charAt(i + 1)) >= 0) {
                i++;
                if (format.charAt(i) == '%') {
                    literal.append('%');
                    continue;
                }
                parts.add(literal.toString());
                literal.setLength(0);
                parts.add("%" + format.charAt(i));
            } else if (c == '%') {
                throw new Failure("'" + format.substring(i, Math.min(i + 2, format.length()))
                        + "' means nothing in --format; there are %s %k %h %t %p %o %T %S %K %%");
            } else if (c == '\\' && !last) {
                i++;
                literal.append(unescape(format.charAt(i)));
            } else {
                literal.append(c);
            }
        }
        parts.add(literal.toString());
        return new RecordFormat(parts, nullText);
    }

    private static String unescape(char c) {
        return switch (c) {
            case 'n' -> "\n";
            case 't' -> "\t";
            case 'r' -> "\r";
            case '0' -> "\0";
            case '\\' -> "\\";
            default -> "\\" + c;
        };
    }

    @Override
    public boolean write(ConsumerRecord<byte[], byte[]> record, ByteArrayOutputStream out) {
        for (int i = 0; i < parts.size(); i++) {
            String part = parts.get(i);
            if (i % 2 == 0) {
                out.writeBytes(part.getBytes(StandardCharsets.UTF_8));
                continue;
            }
            switch (part.charAt(1)) {
                case 's' -> out.writeBytes(orNull(record.value()));
                case 'k' -> out.writeBytes(orNull(record.key()));
                case 'h' -> headers(record, out);
                case 't' -> ascii(record.topic(), out);
                case 'p' -> ascii(record.partition(), out);
                case 'o' -> ascii(record.offset(), out);
                case 'T' -> ascii(record.timestamp(), out);
                case 'S' -> ascii(length(record.value()), out);
                case 'K' -> ascii(length(record.key()), out);
                default -> throw new IllegalStateException(part);
            }
        }
        return true;
    }

    private void headers(ConsumerRecord<byte[], byte[]> record, ByteArrayOutputStream out) {
        boolean first = true;
        for (Header header : record.headers()) {
            ascii((first ? "" : ",") + header.key() + "=", out);
            out.writeBytes(orNull(header.value()));
            first = false;
        }
    }

    private byte[] orNull(byte @Nullable [] bytes) {
        return bytes == null ? nullText : bytes;
    }

    private static int length(byte @Nullable [] bytes) {
        return bytes == null ? -1 : bytes.length;
    }

    private static void ascii(Object text, ByteArrayOutputStream out) {
        out.writeBytes(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    /// Appends a record as a line of JSON.
    static boolean writeJson(ConsumerRecord<byte[], byte[]> record, ByteArrayOutputStream out) {
        out.writeBytes(json(record).getBytes(StandardCharsets.UTF_8));
        out.write('\n');
        return true;
    }

    /// A record as one line of JSON. Bytes that are not UTF-8 stand under `keyBase64` and `valueBase64` instead.
    static String json(ConsumerRecord<byte[], byte[]> record) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("topic", record.topic());
        json.put("partition", record.partition());
        json.put("offset", record.offset());
        json.put("timestamp", record.timestamp());
        put(json, "key", record.key());
        put(json, "value", record.value());
        List<Map<String, @Nullable Object>> headers = new ArrayList<>();
        for (Header header : record.headers()) {
            Map<String, @Nullable Object> one = new LinkedHashMap<>();
            one.put("key", header.key());
            put(one, "value", header.value());
            headers.add(one);
        }
        json.put("headers", headers);
        return Output.toJson(json);
    }

    private static void put(Map<String, @Nullable Object> json, String field, byte @Nullable [] bytes) {
        if (bytes == null) {
            json.put(field, null);
            return;
        }
        try {
            json.put(
                    field,
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString());
        } catch (CharacterCodingException e) {
            json.put(field + "Base64", Base64.getEncoder().encodeToString(bytes));
        }
    }
}
