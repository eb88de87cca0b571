package io.kurier.examples;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/// The three guarantees, told apart by a worker that dies in the middle of a batch and is started again.
///
/// At most once: offsets are committed before the work, so what was not done yet is lost. At least once: they are
/// committed after it, so what was done already is done again. Exactly once: results and offsets are written in one
/// transaction (consume, transform, produce), so both are there or neither.
public final class DeliveryGuarantees {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int BEFORE_THE_CRASH = 3;

    private DeliveryGuarantees() {}

    /// When offsets are committed.
    public enum Guarantee {
        /// Before the work.
        AT_MOST_ONCE,
        /// After the work.
        AT_LEAST_ONCE,
        /// With its results.
        EXACTLY_ONCE
    }

    /// Shows all three.
    public static void main(String[] arguments) throws Exception {
        for (Guarantee guarantee : Guarantee.values()) {
            System.out.println(guarantee + ": " + run(Clients.address(arguments), guarantee));
        }
    }

    /// Writes ten numbers, lets a worker die after three of them and another one finish; answers the results that a
    /// reader sees then, in their order.
    public static List<String> run(String address, Guarantee guarantee)
            throws InterruptedException, ExecutionException {
        String input = "numbers-" + guarantee.name().toLowerCase(Locale.ROOT);
        String output = input + "-doubled";
        Clients.createTopic(address, input, 1, Map.of());
        Clients.createTopic(address, output, 1, Map.of());
        Clients.write(address, input, List.of("1", "2", "3", "4", "5", "6", "7", "8", "9", "10"));
        work(address, guarantee, input, output, BEFORE_THE_CRASH);
        work(address, guarantee, input, output, Integer.MAX_VALUE);
        return read(address, output);
    }

    /// Doubles numbers until none is left, or dies when it has done some.
    private static void work(String address, Guarantee guarantee, String input, String output, int diesAfter) {
        boolean inTransactions = guarantee == Guarantee.EXACTLY_ONCE;
        Map<String, Object> producing = inTransactions ? Map.of("transactional.id", "doubler-" + input) : Map.of();
        try (KafkaConsumer<String, String> consumer =
                        Clients.consumer(address, "doubler-" + input, Map.of("enable.auto.commit", false));
                KafkaProducer<String, String> producer = Clients.producer(address, producing)) {
            if (inTransactions) {
                producer.initTransactions(); // ends what a predecessor left open
            }
            consumer.subscribe(List.of(input));
            for (int done = 0; done < diesAfter; ) {
                ConsumerRecords<String, String> records = consumer.poll(Duration.ofMillis(200));
                if (records.isEmpty() && isAtTheEnd(consumer)) {
                    return;
                }
                if (inTransactions && !records.isEmpty()) {
                    producer.beginTransaction();
                }
                if (guarantee == Guarantee.AT_MOST_ONCE) {
                    consumer.commitSync();
                }
                for (ConsumerRecord<String, String> record : records) {
                    if (done++ == diesAfter) {
                        producer.flush();
                        return; // it dies here: what it has not committed, it has not committed
                    }
                    producer.send(new ProducerRecord<>(output, String.valueOf(2 * Integer.parseInt(record.value()))));
                }
                if (guarantee == Guarantee.AT_LEAST_ONCE) {
                    producer.flush();
                    consumer.commitSync();
                }
                if (inTransactions && !records.isEmpty()) {
                    producer.sendOffsetsToTransaction(positions(consumer), consumer.groupMetadata());
                    producer.commitTransaction();
                }
            }
        }
    }

    private static boolean isAtTheEnd(KafkaConsumer<String, String> consumer) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment(), PATIENCE);
        return !ends.isEmpty()
                && ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    private static Map<TopicPartition, OffsetAndMetadata> positions(KafkaConsumer<String, String> consumer) {
        Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
        consumer.assignment()
                .forEach(partition -> positions.put(partition, new OffsetAndMetadata(consumer.position(partition))));
        return positions;
    }

    /// What somebody sees who does not look at what transactions have not committed.
    private static List<String> read(String address, String topic) {
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer =
                Clients.consumer(address, "reader-of-" + topic, Map.of("isolation.level", "read_committed"))) {
            consumer.assign(List.of(new TopicPartition(topic, 0)));
            do {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
            } while (!isAtTheEnd(consumer));
        }
        return values;
    }
}
