package io.kurier.cli.alias.records;

import io.kurier.cli.alias.Flags;
import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Failure;
import io.kurier.cli.shell.Option;
import io.kurier.cli.shell.UsageException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// `kafka-console-producer`: `kurier produce` with Kafka's flags. Unlike Kafka's, it ends with 1 if a record was lost.
public final class KafkaConsoleProducer {
    private static final Map<String, String> SETTINGS = new HashMap<>(Map.of(
            "--request-required-acks", "acks",
            "--batch-size", "batch.size",
            "--message-send-max-retries", "retries",
            "--retry-backoff-ms", "retry.backoff.ms",
            "--timeout", "linger.ms",
            "--request-timeout-ms", "request.timeout.ms",
            "--max-block-ms", "max.block.ms",
            "--max-memory-bytes", "buffer.memory",
            "--metadata-expiry-ms", "metadata.max.age.ms",
            "--socket-buffer-size", "send.buffer.bytes"));

    /// The tool.
    public static final Command COMMAND = Command.kafka(
                    "kafka-console-producer",
                    "Write each line of standard input as a record.",
                    call -> new KafkaConsoleProducer(call).run())
            .with(
                    Option.value("--topic", "NAME", "The topic."),
                    Option.values("--reader-property --property", "KEY=VALUE", "parse.key, key.separator, ..."),
                    Option.value("--reader-config", "FILE", "The same in a file."),
                    Option.value("--line-reader", "CLASS", "Only Kafka's default reader."),
                    Option.perhaps("--compression-codec", "CODEC", "none, gzip, snappy, lz4 or zstd; alone: gzip."),
                    Option.value("--request-required-acks", "0|1|all", "When a record counts as written."),
                    Option.flag("--sync", "Wait for each record."),
                    Option.value("--batch-size", "BYTES", "How large a batch may grow."),
                    Option.value("--max-partition-memory-bytes", "BYTES", "The same."),
                    Option.value("--message-send-max-retries", "N", "How often to try again."),
                    Option.value("--retry-backoff-ms", "MS", "How long to wait before."),
                    Option.value("--timeout", "MS", "How long a batch waits for more records."),
                    Option.value("--request-timeout-ms", "MS", "How long to wait for an answer."),
                    Option.value("--max-block-ms", "MS", "How long to wait for room and metadata."),
                    Option.value("--max-memory-bytes", "BYTES", "How much may wait."),
                    Option.value("--metadata-expiry-ms", "MS", "How old metadata may grow."),
                    Option.value("--socket-buffer-size", "BYTES", "The connection's send buffer."),
                    Option.values("--producer-property --command-property", "KEY=VALUE", "A setting of the producer."),
                    Option.value("--producer.config --command-config", "FILE", "The same in a file."),
                    Option.value("--broker-list", "HOST:PORT", "An older name of --bootstrap-server."),
                    Flags.SERVER);

    private final Call call;
    private final Connection connection;
    private final AtomicLong lost = new AtomicLong();

    private KafkaConsoleProducer(Call call) {
        this.call = call;
        String server = call.text("--bootstrap-server", call.text("--broker-list", "localhost:9092"));
        connection = new Connection(server, 30, call.path("--command-config"));
    }

    private void run() {
        KafkaLineReader lines = new KafkaLineReader(call.need("--topic"), readerProperties());
        String reader = call.text("--line-reader", "LineMessageReader");
        if (!reader.endsWith("LineMessageReader")) {
            throw new UsageException(reader + " is not there: only Kafka's default reader is");
        }
        boolean prompts = Boolean.getBoolean("kurier.prompt");
        try (Producer<byte[], byte[]> producer = new KafkaProducer<>(settings());
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8), 1 << 16)) {
            prompt(prompts);
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                send(producer, lines, line);
                prompt(prompts);
            }
            producer.flush();
        } catch (IOException e) {
            throw new Failure("Cannot read the input: " + e.getMessage(), e);
        } catch (KafkaException e) {
            throw connection.failure(e, "Topic " + call.need("--topic"));
        }
        if (lost.get() > 0) {
            throw new Failure(lost + " records were not written");
        }
    }

    private void prompt(boolean prompts) {
        if (prompts) {
            call.out().print(">");
            call.out().flush();
        }
    }

    private Properties readerProperties() {
        Properties properties = new Properties();
        var file = call.path("--reader-config");
        if (file != null) {
            Connection.load(properties, file);
        }
        // Not split at commas: a separator may be one.
        call.texts("--property").forEach(word -> {
            int at = word.indexOf('=');
            if (at < 1) {
                throw new UsageException("'" + word + "' is not KEY=VALUE");
            }
            properties.setProperty(word.substring(0, at), word.substring(at + 1));
        });
        return properties;
    }

    private Properties settings() {
        Properties settings = connection.properties();
        // The client's own limits suit a producer better than those of short commands.
        settings.remove("default.api.timeout.ms");
        settings.remove("request.timeout.ms");
        if (call.has("--compression-codec")) {
            settings.put("compression.type", call.text("--compression-codec", "gzip"));
        }
        Flags.add(settings, call, SETTINGS);
        String batch = call.text("--max-partition-memory-bytes");
        if (batch != null && !call.has("--batch-size")) {
            settings.put("batch.size", batch);
        }
        Flags.add(settings, call.texts("--command-property"));
        settings.put("key.serializer", ByteArraySerializer.class.getName());
        settings.put("value.serializer", ByteArraySerializer.class.getName());
        return settings;
    }

    private void send(Producer<byte[], byte[]> producer, KafkaLineReader lines, String line) {
        Future<RecordMetadata> sent = producer.send(lines.record(line), (metadata, error) -> {
            if (error != null) {
                lost(line, error);
            }
        });
        if (call.has("--sync")) {
            try {
                sent.get();
            } catch (ExecutionException e) {
                // the callback has said it
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void lost(String line, @Nullable Exception error) {
        lost.incrementAndGet();
        call.err()
                .println("Error when sending message to topic " + call.need("--topic") + " with " + line.length()
                        + " characters: " + (error == null ? "" : error.getMessage()));
    }
}
