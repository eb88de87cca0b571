package io.kurier.tests.clients;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kurier.tests.clients.TextRecord.TextHeader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// kcat, from its command line as a user types it: one run a partition.
/// As a producer it sends one set of headers with all records, no timestamps of its own, and null for what is empty.
final class KcatClient implements Client {
    private static final List<TextHeader> HEADERS =
            List.of(new TextHeader("origin", "kcat"), new TextHeader("größe", "null"));
    private static final ObjectMapper JSON = new ObjectMapper();
    private final boolean there = Command.works("kcat", "-V");

    @Override
    public String name() {
        return "kcat";
    }

    @Override
    public Optional<String> missing(Codec codec) {
        return there ? Optional.empty() : Optional.of("kcat is not installed");
    }

    @Override
    public boolean choosesTimestamps() {
        return false;
    }

    @Override
    public TextRecord expressible(TextRecord record) {
        return new TextRecord(record.partition(), 0, filled(record.key()), filled(record.value()), HEADERS);
    }

    private static @Nullable String filled(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    @Override
    public Map<String, String> produce(String bootstrap, List<ProduceJob> jobs)
            throws IOException, InterruptedException {
        var reports = new HashMap<String, String>();
        for (ProduceJob job : jobs) {
            reports.put(job.topic(), produce(bootstrap, job));
        }
        return reports;
    }

    private static String produce(String bootstrap, ProduceJob job) throws IOException, InterruptedException {
        var inputs = new TreeMap<Integer, ByteArrayOutputStream>();
        for (TextRecord text : SliceFile.read(job.slice())) {
            var input = inputs.computeIfAbsent(text.partition(), p -> new ByteArrayOutputStream());
            String line = (text.key() == null ? "" : text.key()) + "\1" + (text.value() == null ? "" : text.value());
            input.writeBytes((line + "\2").getBytes(StandardCharsets.UTF_8));
        }
        for (var input : inputs.entrySet()) {
            var command = new ArrayList<>(List.of("kcat", "-P", "-b", bootstrap, "-t", job.topic()));
            command.addAll(List.of("-p", input.getKey().toString(), "-Z", "-K", "\\x01", "-D", "\\x02"));
            command.addAll(List.of("-z", job.codec().typeName(), "-X", "enable.idempotence=true"));
            HEADERS.forEach(header -> command.addAll(List.of("-H", header.name() + "=" + header.value())));
            Command.output(command, input.getValue().toByteArray());
        }
        return job.expectedReport(); // kcat ends with an error when a record is not acknowledged
    }

    @Override
    public Map<String, String> consume(String bootstrap, List<ConsumeJob> jobs)
            throws IOException, InterruptedException {
        var reports = new HashMap<String, String>();
        for (ConsumeJob job : jobs) {
            var digests = new TreeMap<Integer, RecordDigest>();
            for (String pair : job.counts().split(",", -1)) {
                String partition = pair.substring(0, pair.indexOf(':'));
                String lines = Command.output(List.of(
                        "kcat",
                        "-C",
                        "-b",
                        bootstrap,
                        "-t",
                        job.topic(),
                        "-p",
                        partition,
                        "-o",
                        "beginning",
                        "-e",
                        "-q",
                        "-J",
                        "-X",
                        "check.crcs=true",
                        "-X",
                        "fetch.wait.max.ms=50"));
                digests.put(Integer.valueOf(partition), digest(lines, job.timestamps()));
            }
            reports.put(job.topic(), JavaDriver.report(digests));
        }
        return reports;
    }

    private static RecordDigest digest(String lines, boolean timestamps) throws IOException {
        var digest = new RecordDigest(timestamps);
        for (String line : (Iterable<String>) lines.lines()::iterator) {
            JsonNode record = JSON.readTree(line);
            JsonNode headers = record.path("headers"); // a flat list of names and values
            digest.record(
                    record.get("offset").longValue(),
                    record.get("ts").longValue(),
                    bytes(record.get("key")),
                    bytes(record.get("payload")),
                    headers.size() / 2);
            for (int i = 0; i < headers.size(); i += 2) {
                digest.header(headers.get(i).textValue(), bytes(headers.get(i + 1)));
            }
        }
        return digest;
    }

    private static byte @Nullable [] bytes(JsonNode text) {
        return RecordDigest.bytes(text.textValue());
    }
}
