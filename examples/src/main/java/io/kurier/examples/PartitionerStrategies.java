package io.kurier.examples;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Partitioner;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.Cluster;
import org.jspecify.annotations.Nullable;

/// How a producer chooses the partition of a record.
///
/// Keyed: records of one key stay together and in order. Sticky, the default for records without keys: batches are
/// filled before the next partition has its turn, which makes few and large requests. Round-robin: one record each in
/// turn. Custom: by a rule of the application, here important customers in a partition of their own.
public final class PartitionerStrategies {
    private static final String TOPIC = "orders";
    private static final int PARTITIONS = 4;

    private PartitionerStrategies() {}

    /// Shows all four.
    public static void main(String[] arguments) throws Exception {
        String address = Clients.address(arguments);
        System.out.println("keyed:       " + keyed(address));
        System.out.println("sticky:      " + sticky(address));
        System.out.println("round-robin: " + roundRobin(address));
        System.out.println("custom:      " + custom(address));
    }

    /// Sends twelve orders of three customers; answers the partition of each customer's orders.
    public static SortedMap<String, String> keyed(String address) throws InterruptedException, ExecutionException {
        return partitionsByKey(address, Map.of());
    }

    /// The same, with partition 0 for the customer `vip` alone.
    public static SortedMap<String, String> custom(String address) throws InterruptedException, ExecutionException {
        return partitionsByKey(address, Map.of("partitioner.class", ImportantFirst.class));
    }

    private static SortedMap<String, String> partitionsByKey(String address, Map<String, Object> settings)
            throws InterruptedException, ExecutionException {
        Clients.createTopic(address, TOPIC, PARTITIONS, Map.of());
        SortedMap<String, String> partitions = new TreeMap<>();
        try (KafkaProducer<String, String> producer = Clients.producer(address, settings)) {
            for (int order = 0; order < 12; order++) {
                String customer = order % 3 == 0 ? "vip" : "customer-" + order % 3;
                int partition = producer.send(new ProducerRecord<>(TOPIC, customer, "order " + order))
                        .get()
                        .partition();
                partitions.merge(
                        customer,
                        String.valueOf(partition),
                        (one, other) -> one.equals(other) ? one : one + "," + other);
            }
        }
        return partitions;
    }

    /// Sends twelve records without keys at once; answers how many each partition got.
    public static SortedMap<Integer, Integer> sticky(String address) throws InterruptedException, ExecutionException {
        return counts(address, Map.of("linger.ms", 100));
    }

    /// The same in turn.
    public static SortedMap<Integer, Integer> roundRobin(String address)
            throws InterruptedException, ExecutionException {
        return counts(address, Map.of("partitioner.class", RoundRobinPartitioner.class));
    }

    private static SortedMap<Integer, Integer> counts(String address, Map<String, Object> settings)
            throws InterruptedException, ExecutionException {
        Clients.createTopic(address, TOPIC, PARTITIONS, Map.of());
        Map<Integer, Integer> counts = new HashMap<>();
        try (KafkaProducer<String, String> producer = Clients.producer(address, settings)) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (int order = 0; order < 12; order++) {
                sent.add(producer.send(new ProducerRecord<>(TOPIC, "order " + order)));
            }
            producer.flush();
            for (Future<RecordMetadata> one : sent) {
                counts.merge(one.get().partition(), 1, Integer::sum);
            }
        }
        return new TreeMap<>(counts);
    }

    /// Partition 0 for one customer, the others for all others.
    public static final class ImportantFirst implements Partitioner {
        @Override
        public int partition(
                String topic,
                @Nullable Object key,
                byte @Nullable [] keyBytes,
                @Nullable Object value,
                byte @Nullable [] valueBytes,
                Cluster cluster) {
            int partitions = cluster.partitionsForTopic(topic).size();
            return "vip".equals(key) || partitions == 1
                    ? 0
                    : 1 + Math.floorMod(String.valueOf(key).hashCode(), partitions - 1);
        }

        @Override
        public void configure(Map<String, ?> settings) {}

        @Override
        public void close() {}
    }
}
