package io.kurier.tests.clients;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;

import io.kurier.tests.clients.Client.ConsumeJob;
import io.kurier.tests.clients.Client.ProduceJob;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/// Every producing client with every codec (a cell: one topic, one slice of the text), read by every consuming client.
/// The whole text is spread over the cells that this machine can run. All cells are written on construction; a
/// consuming client reads all of them when first asked for one.
final class Matrix {
    record Cell(Client producer, Codec codec) {
        String topic() {
            return "text-" + producer.name() + "-" + codec.typeName();
        }

        @Override
        public String toString() {
            return producer.name() + " with " + codec.typeName();
        }
    }

    record Crossing(Cell cell, Client consumer) {
        Optional<String> missing() {
            return cell.producer().missing(cell.codec()).or(() -> consumer.missing(cell.codec()));
        }

        @Override
        public String toString() {
            return cell + " read by " + consumer.name();
        }
    }

    private final String bootstrap;
    private final Map<String, ProduceJob> produceJobs = new LinkedHashMap<>();
    private final Map<String, ConsumeJob> consumeJobs = new LinkedHashMap<>();
    private final Map<TopicPartition, Long> expectedLatest = new HashMap<>();
    private final Map<String, String> written = new HashMap<>();
    private final Map<String, Map<String, String>> readBack = new HashMap<>();
    private final List<Cell> runnable;
    private final List<String> timings = new ArrayList<>();

    Matrix(String bootstrap, List<Client> clients, List<TextRecord> text, Path slices)
            throws IOException, InterruptedException, ExecutionException {
        this.bootstrap = bootstrap;
        this.runnable = cells(clients).stream()
                .filter(cell -> cell.producer().missing(cell.codec()).isEmpty())
                .toList();
        for (int i = 0; i < runnable.size(); i++) {
            int from = (int) ((long) text.size() * i / runnable.size());
            int to = (int) ((long) text.size() * (i + 1) / runnable.size());
            prepare(runnable.get(i), text.subList(from, to), slices);
        }
        createTopics();
        for (Client producer : clients) {
            writeAll(producer);
        }
    }

    static List<Cell> cells(List<Client> clients) {
        return clients.stream()
                .flatMap(client -> Stream.of(Codec.values()).map(codec -> new Cell(client, codec)))
                .toList();
    }

    static List<Crossing> crossings(List<Client> clients) {
        return clients.stream()
                .flatMap(consumer -> cells(clients).stream().map(cell -> new Crossing(cell, consumer)))
                .toList();
    }

    /// What the producer of this cell reported.
    String written(Cell cell) {
        return written.getOrDefault(cell.topic(), "no report");
    }

    String expectedWritten(Cell cell) {
        return job(produceJobs, cell).expectedReport();
    }

    /// What the consumer of this crossing reported.
    String readBack(Crossing crossing) throws IOException, InterruptedException {
        Client consumer = crossing.consumer();
        Map<String, String> reports = readBack.get(consumer.name());
        if (reports == null) {
            List<ConsumeJob> jobs = runnable.stream()
                    .filter(cell -> consumer.missing(cell.codec()).isEmpty())
                    .filter(cell -> written(cell).equals(expectedWritten(cell)))
                    .map(cell -> job(consumeJobs, cell))
                    .toList();
            long startNs = System.nanoTime();
            reports = reported(jobs.stream().map(ConsumeJob::topic).toList(), () -> consumer.consume(bootstrap, jobs));
            timed(consumer.name() + " read", startNs);
            readBack.put(consumer.name(), reports);
        }
        return reports.getOrDefault(crossing.cell().topic(), "no report");
    }

    String expectedReadBack(Cell cell) {
        return job(consumeJobs, cell).expectedReport();
    }

    /// `partition=end offset` of all partitions.
    List<String> latestOffsets() throws InterruptedException, ExecutionException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            var latest = expectedLatest.keySet().stream().collect(toMap(p -> p, p -> OffsetSpec.latest()));
            return admin.listOffsets(latest).all().get().entrySet().stream()
                    .map(entry -> entry.getKey() + "=" + entry.getValue().offset())
                    .toList();
        }
    }

    List<String> expectedLatestOffsets() {
        return expectedLatest.entrySet().stream().map(String::valueOf).toList();
    }

    long total() {
        return expectedLatest.values().stream().mapToLong(Long::longValue).sum();
    }

    String timings() {
        return String.join(", ", timings);
    }

    private void prepare(Cell cell, List<TextRecord> text, Path slices) throws IOException {
        List<TextRecord> records =
                text.stream().map(cell.producer()::expressible).toList();
        Path file = slices.resolve(cell.topic());
        SliceFile.write(file, records);
        var digests = new TreeMap<Integer, RecordDigest>();
        for (TextRecord record : records) {
            RecordDigest digest = digests.computeIfAbsent(
                    record.partition(), p -> new RecordDigest(cell.producer().choosesTimestamps()));
            digest.add(digest.count(), record);
        }
        digests.forEach(
                (partition, digest) -> expectedLatest.put(new TopicPartition(cell.topic(), partition), digest.count()));
        String counts = digests.entrySet().stream()
                .map(entry -> entry.getKey() + ":" + entry.getValue().count())
                .collect(joining(","));
        produceJobs.put(cell.topic(), new ProduceJob(cell.topic(), cell.codec(), file, records.size()));
        consumeJobs.put(
                cell.topic(),
                new ConsumeJob(cell.topic(), counts, cell.producer().choosesTimestamps(), JavaDriver.report(digests)));
    }

    private void createTopics() throws InterruptedException, ExecutionException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            // The text has timestamps of its own, long ago: no retention by time.
            admin.createTopics(runnable.stream()
                            .map(cell -> new NewTopic(cell.topic(), RealText.PARTITIONS, (short) 1)
                                    .configs(Map.of("retention.ms", "-1")))
                            .toList())
                    .all()
                    .get();
        }
    }

    private void writeAll(Client producer) throws InterruptedException {
        List<ProduceJob> jobs = runnable.stream()
                .filter(cell -> cell.producer() == producer)
                .map(cell -> job(produceJobs, cell))
                .toList();
        if (!jobs.isEmpty()) {
            long startNs = System.nanoTime();
            written.putAll(
                    reported(jobs.stream().map(ProduceJob::topic).toList(), () -> producer.produce(bootstrap, jobs)));
            timed(producer.name() + " wrote", startNs);
        }
    }

    private interface Run {
        Map<String, String> reports() throws IOException, InterruptedException;
    }

    /// A client that ends badly has failed in all its jobs, and the others go on.
    private static Map<String, String> reported(List<String> topics, Run run) throws InterruptedException {
        try {
            return run.reports();
        } catch (IOException e) {
            return topics.stream().collect(toMap(topic -> topic, topic -> "failed " + e.getMessage()));
        }
    }

    private void timed(String what, long startNs) {
        timings.add("%s in %,d ms".formatted(what, (System.nanoTime() - startNs) / 1_000_000));
    }

    private static <J> J job(Map<String, J> jobs, Cell cell) {
        J job = jobs.get(cell.topic());
        if (job == null) {
            throw new IllegalStateException(cell + " does not run on this machine");
        }
        return job;
    }
}
