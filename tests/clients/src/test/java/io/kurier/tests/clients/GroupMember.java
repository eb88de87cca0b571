package io.kurier.tests.clients;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/// The main loop of a group member with the Java client: polls until told to stop, tells what it saw.
/// Uses only what all versions from 2.8 on have.
final class GroupMember {
    interface Listener {
        void assigned(List<Integer> partitions);

        void seen(int partition, long offset, String value);
    }

    private GroupMember() {}

    static KafkaConsumer<String, String> consumer(String bootstrap, String group, Map<String, String> settings) {
        var all = new HashMap<String, Object>();
        all.put("bootstrap.servers", bootstrap);
        all.put("group.id", group);
        all.put("auto.offset.reset", "earliest");
        all.put("auto.commit.interval.ms", 300);
        all.put("heartbeat.interval.ms", 300);
        all.put("session.timeout.ms", 6_000);
        all.put("metadata.max.age.ms", 2_000);
        all.putAll(settings);
        if ("consumer".equals(settings.get("group.protocol"))) { // there they are the broker's
            all.remove("heartbeat.interval.ms");
            all.remove("session.timeout.ms");
        }
        return new KafkaConsumer<>(all, new StringDeserializer(), new StringDeserializer());
    }

    static void poll(KafkaConsumer<String, String> consumer, String topic, Listener listener, AtomicBoolean stop) {
        var owned = new TreeSet<Integer>();
        consumer.subscribe(List.of(topic), new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                partitions.forEach(p -> owned.remove(p.partition()));
                listener.assigned(List.copyOf(owned));
            }

            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                partitions.forEach(p -> owned.add(p.partition()));
                listener.assigned(List.copyOf(owned));
            }
        });
        while (!stop.get()) {
            for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
                listener.seen(record.partition(), record.offset(), record.value());
            }
        }
    }

    /// A child's whole life: lines `assigned P,P...` and `seen P OFFSET VALUE` on `out`; it leaves when stdin ends.
    static void run(String bootstrap, String topic, String group, List<String> settings, PrintStream out) {
        var stop = new AtomicBoolean();
        Thread.ofPlatform().daemon().start(() -> awaitEndOfInput(stop));
        var parsed = new HashMap<String, String>();
        settings.forEach(setting ->
                parsed.put(setting.substring(0, setting.indexOf('=')), setting.substring(setting.indexOf('=') + 1)));
        try (var consumer = consumer(bootstrap, group, parsed)) {
            poll(
                    consumer,
                    topic,
                    new Listener() {
                        @Override
                        public void assigned(List<Integer> partitions) {
                            out.println("assigned\t"
                                    + partitions.stream().map(String::valueOf).toList());
                        }

                        @Override
                        public void seen(int partition, long offset, String value) {
                            out.println("seen\t" + partition + "\t" + offset + "\t" + value);
                        }
                    },
                    stop);
        }
    }

    private static void awaitEndOfInput(AtomicBoolean stop) {
        try {
            while (System.in.read() >= 0) {}
        } catch (IOException e) {
            System.err.println("stdin failed: " + e);
        } finally {
            stop.set(true);
        }
    }
}
