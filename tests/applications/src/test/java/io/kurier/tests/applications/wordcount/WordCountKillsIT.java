package io.kurier.tests.applications.wordcount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kurier.testkit.Await;
import io.kurier.tests.applications.kills.Application;
import io.kurier.tests.applications.kills.ThreeNodes;
import io.kurier.tests.applications.kills.Victim;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The word count on three nodes, exactly once, while in turn a broker, the coordinator of its transactions, that of
/// its group and the application itself get `kill -9`: no word is counted twice or not at all, and no count comes
/// again. More kills of each: `-Dkurier.kills=30`.
@Timeout(3_600)
class WordCountKillsIT {
    private static final int KILLS = Integer.getInteger("kurier.kills", 0);
    private static final int LINES = 100;
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final List<String> WORDS =
            List.of("whether", "tis", "nobler", "in", "the", "mind", "to", "suffer", "or", "be");

    private final long seed = Long.getLong("kurier.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Map<String, Long> expected = new HashMap<>();
    private final Map<String, Long> counted = new HashMap<>();
    private long read;

    @TempDir
    Path folder;

    @Test
    void eachWordIsCountedOnceWhoeverIsKilled() throws Exception {
        assumeTrue(KILLS > 0, "only with -Dkurier.kills=N");
        System.out.println("WordCountKillsIT: repeat with -Dkurier.seed=" + seed + " -Dkurier.kills=" + KILLS);
        try (var nodes = new ThreeNodes(folder)) {
            nodes.create("lines", "word-counts");
            nodes.awaitWhole();
            Map<String, Object> reading =
                    Map.of("bootstrap.servers", nodes.bootstrapServers(), "isolation.level", "read_committed");
            try (var producer = new KafkaProducer<>(
                            Map.of("bootstrap.servers", nodes.bootstrapServers()),
                            new StringSerializer(),
                            new StringSerializer());
                    var consumer = new KafkaConsumer<>(reading, new StringDeserializer(), new LongDeserializer());
                    var application = new Application(
                            WordCountProcess.class,
                            folder.resolve("word-count.txt"),
                            nodes.bootstrapServers(),
                            folder.resolve("state").toString())) {
                consumer.assign(List.of(new TopicPartition("word-counts", 0), new TopicPartition("word-counts", 1)));
                consumer.seekToBeginning(consumer.assignment());
                write(producer, LINES);
                awaitAll(consumer);
                for (int kill = 1; kill <= KILLS; kill++) {
                    List<Victim> victims = new ArrayList<>(List.of(Victim.values()));
                    Collections.shuffle(victims, random);
                    for (Victim victim : victims) {
                        nodes.awaitWhole();
                        write(producer, LINES);
                        long until = read + random.nextInt(WORDS.size());
                        Await.until(LIMIT, "some counts", () -> poll(consumer) >= until);
                        write(producer, 1 + random.nextInt(LINES));
                        nodes.kill(victim, application, "word-counts");
                        write(producer, LINES);
                        awaitAll(consumer);
                    }
                }
            }
        }
        long words = expected.values().stream().mapToLong(Long::longValue).sum();
        System.out.printf("WordCountKillsIT: %,d words, each counted once, over %d kills of each kind%n", words, KILLS);
    }

    private void write(KafkaProducer<String, String> producer, int lines) {
        for (int i = 0; i < lines; i++) {
            List<String> line = new ArrayList<>();
            for (int word = random.nextInt(6); word >= 0; word--) {
                line.add(WORDS.get(random.nextInt(WORDS.size())));
            }
            line.forEach(word -> expected.merge(word, 1L, Long::sum));
            producer.send(new ProducerRecord<>("lines", "key" + random.nextInt(20), String.join(" ", line)));
        }
        producer.flush();
    }

    /// Reads on. A count that is not larger than the one before was counted again.
    private long poll(KafkaConsumer<String, Long> consumer) {
        for (ConsumerRecord<String, Long> record : consumer.poll(Duration.ofMillis(100))) {
            Long before = counted.put(record.key(), record.value());
            assertThat(record.value()).as("count of '%s'", record.key()).isGreaterThan(before == null ? 0 : before);
            read++;
        }
        return read;
    }

    private void awaitAll(KafkaConsumer<String, Long> consumer) {
        try {
            Await.until(LIMIT, "the counts", () -> {
                poll(consumer);
                return counted.equals(expected);
            });
        } catch (AssertionError e) {
            assertThat(counted).isEqualTo(expected);
            throw e;
        }
    }
}
