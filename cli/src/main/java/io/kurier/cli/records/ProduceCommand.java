package io.kurier.cli.records;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Failure;
import io.kurier.cli.shell.Option;
import io.kurier.cli.shell.Settings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// `kurier produce`: lines in, records out.
public final class ProduceCommand {
    /// The command.
    public static final Command COMMAND = Command.connected(
                    "produce",
                    "Write each line of standard input, or of a file, as a record.",
                    call -> new ProduceCommand(call).run())
            .withOperands("TOPIC", 1, 1)
            .with(
                    Option.value("-f --file", "FILE", "Read lines from here instead of standard input."),
                    Option.value(
                            "-K --key-separator", "TEXT", "What parts the key from the value in a line; \\t is a tab."),
                    Option.value("-k --key", "TEXT", "The key of every record."),
                    Option.value(
                            "-p --partition", "N", "Write to this partition. Default: by key, or spread over all."),
                    Option.values("-H --header", "NAME=VALUE", "A header of every record. Repeatable."),
                    Option.value("--null", "TEXT", "A key or value of this text is written as null."),
                    Option.flag("--json-lines", "Lines are JSON objects, as kurier consume --json writes them."),
                    Option.value("--acks", "0|1|all", "When a record counts as written.")
                            .orElse("all"),
                    Option.value("-z --compression", "CODEC", "none, gzip, snappy, lz4 or zstd.")
                            .orElse("none"));

    private final Call call;
    private final Connection connection;
    private final String topic;
    private final @Nullable Path file;
    private final @Nullable String keySeparator;
    private final @Nullable String key;
    private final @Nullable Integer partition;
    private final List<String> headers;
    private final @Nullable String nullMarker;
    private final boolean jsonLines;
    private final String acks;
    private final String compression;

    private ProduceCommand(Call call) {
        this.call = call;
        connection = call.connection();
        topic = call.operands().getFirst();
        file = call.path("--file");
        keySeparator = call.text("--key-separator");
        key = call.text("--key");
        partition = call.integer("--partition");
        headers = call.texts("--header");
        nullMarker = call.text("--null");
        jsonLines = call.has("--json-lines");
        acks = call.text("--acks", "all");
        compression = call.text("--compression", "none");
    }

    private void run() {
        List<Header> all = new ArrayList<>();
        Settings.parse(headers)
                .forEach((name, value) -> all.add(new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8))));
        String separator = keySeparator == null ? null : keySeparator.replace("\\t", "\t");
        LineParser parser = new LineParser(topic, partition, separator, key, nullMarker, all, jsonLines);
        Progress progress = new Progress(call.err(), "Wrote");
        try (BufferedReader lines = input()) {
            produce(lines, parser, progress);
        } catch (IOException e) {
            throw new Failure("Cannot read the input: " + e.getMessage(), e);
        }
        if (call.isJson()) {
            call.output().answer("", Map.of("topic", topic, "records", progress.records()));
        } else {
            call.err().println(progress.sentence());
        }
    }

    private BufferedReader input() throws IOException {
        if (file != null && !Files.isReadable(file)) {
            throw new Failure("Cannot read " + file + ": it does not exist or is not ours to read");
        }
        InputStream stream = file == null ? System.in : Files.newInputStream(file);
        return new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8), 1 << 16);
    }

    private void produce(BufferedReader lines, LineParser parser, Progress progress) throws IOException {
        AtomicReference<@Nullable Exception> failed = new AtomicReference<>();
        try (Producer<byte[], byte[]> producer = new KafkaProducer<>(properties())) {
            long number = 0;
            for (String line = lines.readLine(); line != null && failed.get() == null; line = lines.readLine()) {
                number++;
                ProducerRecord<byte[], byte[]> record = parse(parser, line, number);
                Future<RecordMetadata> _ = producer.send(record, (metadata, error) -> {
                    if (error != null) {
                        failed.compareAndSet(null, error);
                    }
                });
                progress.add(line.length());
            }
            producer.flush();
        } catch (KafkaException e) {
            throw connection.failure(e, "Topic " + topic);
        }
        Exception error = failed.get();
        if (error != null) {
            throw connection.failure(error, "Topic " + topic + ": not all was written");
        }
    }

    private static ProducerRecord<byte[], byte[]> parse(LineParser parser, String line, long number) {
        try {
            return parser.parse(line);
        } catch (Failure e) {
            throw new Failure("Line " + number + ": " + e.getMessage(), e);
        }
    }

    private Properties properties() {
        Properties properties = connection.properties();
        Object timeoutMs = properties.get("default.api.timeout.ms");
        properties.remove("default.api.timeout.ms");
        properties.put("max.block.ms", timeoutMs);
        properties.put("delivery.timeout.ms", String.valueOf(3 * Integer.parseInt(String.valueOf(timeoutMs))));
        properties.put("key.serializer", ByteArraySerializer.class.getName());
        properties.put("value.serializer", ByteArraySerializer.class.getName());
        properties.put("acks", acks);
        properties.put("enable.idempotence", String.valueOf(acks.equals("all") || acks.equals("-1")));
        properties.put("compression.type", compression);
        properties.put("linger.ms", "5");
        properties.put("batch.size", "131072");
        return properties;
    }
}
