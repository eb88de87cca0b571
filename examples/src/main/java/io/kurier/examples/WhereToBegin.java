package io.kurier.examples;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/// Where a reader begins: with the first record, behind the last one, or with the first one of a moment.
public final class WhereToBegin {
    private static final String TOPIC = "days";
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
    private static final long DAY_MS = Duration.ofDays(1).toMillis();
    private static final long MONDAY_MS = 1_700_000_000_000L;
    private static final List<String> DAYS = List.of("Monday", "Tuesday", "Wednesday", "Thursday", "Friday");

    private WhereToBegin() {}

    /// Shows all three.
    public static void main(String[] arguments) throws Exception {
        String address = Clients.address(arguments);
        write(address);
        System.out.println("from the beginning: " + fromTheBeginning(address));
        System.out.println("from the end:       " + fromTheEnd(address));
        System.out.println("from Wednesday on:  " + fromWednesdayOn(address));
    }

    /// Writes a record for each of five days, with the time of that day.
    public static void write(String address) throws InterruptedException, ExecutionException {
        // Records of long ago would be over their retention at once.
        Clients.createTopic(address, TOPIC, 1, Map.of("retention.ms", "-1"));
        try (KafkaProducer<String, String> producer = Clients.producer(address, Map.of())) {
            for (int day = 0; day < DAYS.size(); day++) {
                producer.send(new ProducerRecord<>(TOPIC, 0, MONDAY_MS + day * DAY_MS, null, DAYS.get(day)));
            }
            producer.flush();
        }
    }

    /// All records.
    public static List<String> fromTheBeginning(String address) {
        return read(address, consumer -> consumer.seekToBeginning(List.of(PARTITION)));
    }

    /// None: only those that come later.
    public static List<String> fromTheEnd(String address) {
        return read(address, consumer -> consumer.seekToEnd(List.of(PARTITION)));
    }

    /// Those of Wednesday and later.
    public static List<String> fromWednesdayOn(String address) {
        return read(address, consumer -> {
            OffsetAndTimestamp first = consumer.offsetsForTimes(Map.of(PARTITION, MONDAY_MS + 2 * DAY_MS))
                    .get(PARTITION);
            if (first == null) {
                consumer.seekToEnd(List.of(PARTITION)); // there is none
            } else {
                consumer.seek(PARTITION, first.offset());
            }
        });
    }

    private static List<String> read(String address, Consumer<KafkaConsumer<String, String>> begin) {
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = Clients.consumer(address, "calendar", Map.of())) {
            consumer.assign(List.of(PARTITION));
            begin.accept(consumer);
            long end = consumer.endOffsets(List.of(PARTITION)).getOrDefault(PARTITION, 0L);
            while (consumer.position(PARTITION) < end) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
            }
        }
        return values;
    }
}
