package io.kurier.tests.clients;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Drives Kafka's Java client, whichever version is on the class path: in this JVM or as the main class of a child's.
/// `produce|consume BOOTSTRAP JOBS` or `member BOOTSTRAP TOPIC GROUP SETTING=VALUE...`.
final class JavaDriver {
    private static final long DEADLINE_NS = Duration.ofSeconds(45).toNanos();

    private JavaDriver() {}

    /// The entry point of a child JVM; reports go to stdout, one line each, fields parted by tabs.
    public static void main(String[] args) throws Exception {
        PrintStream out = System.out;
        switch (args[0]) {
            case "produce" -> produce(args[1], jobs(args[2]), out::println);
            case "consume" -> consume(args[1], jobs(args[2]), out::println);
            case "member" ->
                GroupMember.run(args[1], args[2], args[3], List.of(args).subList(4, args.length), out);
            default -> throw new IllegalArgumentException("unknown verb " + args[0]);
        }
    }

    /// Jobs of the shape `topic, codec, slice file`; reports `topic, acknowledged N`.
    static void produce(String bootstrap, List<List<String>> jobs, Consumer<String> report) {
        for (List<String> job : jobs) {
            report.accept(job.get(0) + "\t" + tried(() -> produce(bootstrap, job)));
        }
    }

    /// Jobs of the shape `topic, partition:count..., timestamps|no`; reports `topic, partition:count:sha256...`.
    static void consume(String bootstrap, List<List<String>> jobs, Consumer<String> report) {
        Map<String, Object> settings = Map.of("bootstrap.servers", bootstrap, "fetch.max.wait.ms", 50);
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            for (List<String> job : jobs) {
                report.accept(job.get(0) + "\t" + tried(() -> consume(consumer, job)));
            }
        }
    }

    private static String produce(String bootstrap, List<String> job)
            throws IOException, InterruptedException, ExecutionException {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", bootstrap, "acks", "all", "linger.ms", 5, "compression.type", job.get(1));
        var sent = new ArrayList<Future<?>>();
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (TextRecord text : SliceFile.read(Path.of(job.get(2)))) {
                var record = new ProducerRecord<>(
                        job.get(0),
                        text.partition(),
                        text.timestampMs(),
                        RecordDigest.bytes(text.key()),
                        RecordDigest.bytes(text.value()));
                text.headers()
                        .forEach(header -> record.headers().add(header.name(), RecordDigest.bytes(header.value())));
                sent.add(producer.send(record));
            }
            producer.flush();
            for (Future<?> one : sent) {
                one.get();
            }
        }
        return "acknowledged " + sent.size();
    }

    private static String consume(KafkaConsumer<byte[], byte[]> consumer, List<String> job) {
        var counts = new TreeMap<Integer, Long>();
        var digests = new TreeMap<Integer, RecordDigest>();
        for (String pair : job.get(1).split(",", -1)) {
            String[] parts = pair.split(":", 2);
            counts.put(Integer.valueOf(parts[0]), Long.valueOf(parts[1]));
            digests.put(Integer.valueOf(parts[0]), new RecordDigest(job.get(2).equals("timestamps")));
        }
        consumer.assign(counts.keySet().stream()
                .map(partition -> new TopicPartition(job.get(0), partition))
                .toList());
        consumer.seekToBeginning(consumer.assignment());
        long deadlineNs = System.nanoTime() + DEADLINE_NS;
        while (digests.entrySet().stream()
                .anyMatch(entry -> entry.getValue().count() < counts.getOrDefault(entry.getKey(), 0L))) {
            if (System.nanoTime() > deadlineNs) {
                throw new IllegalStateException("not all records came: " + report(digests));
            }
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(500))) {
                add(requireNonNull(digests.get(record.partition())), record);
            }
        }
        return report(digests);
    }

    private static void add(RecordDigest digest, ConsumerRecord<byte[], byte[]> record) {
        var headers = record.headers().toArray();
        digest.record(record.offset(), record.timestamp(), record.key(), record.value(), headers.length);
        for (var header : headers) {
            digest.header(header.key(), header.value());
        }
    }

    /// What a reader of these partitions reports; the expectation is made of the same.
    static String report(Map<Integer, RecordDigest> digests) {
        return new LinkedHashMap<>(digests)
                .entrySet().stream()
                        .map(entry -> entry.getKey() + ":" + entry.getValue().count() + ":"
                                + entry.getValue().hex())
                        .collect(joining(" "));
    }

    private static List<List<String>> jobs(String file) throws IOException {
        return Files.readAllLines(Path.of(file)).stream()
                .map(line -> List.of(line.split("\t", -1)))
                .toList();
    }

    private interface Job {
        String run() throws Exception;
    }

    private static String tried(Job job) {
        try {
            return job.run();
        } catch (Exception e) {
            return "failed " + e.toString().replace('\n', ' ');
        }
    }
}
