package io.kurier.tests.applications.shop;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/// Writes what the shop reads, and computes plainly what must come out.
final class Books {
    private static final long BEGIN_MS = System.currentTimeMillis() - 3_600_000;

    private record Timed(long second, String value) {}

    private final KafkaProducer<String, String> producer;
    private final Map<String, String> names = new TreeMap<>();
    private final Map<String, Timed> orders = new TreeMap<>();
    /// `customer=receipt`, each as often as it must come out.
    private final List<String> receipts = new ArrayList<>();
    /// The last total of each customer.
    private final SortedMap<String, Long> totals = new TreeMap<>();

    Books(KafkaProducer<String, String> producer) {
        this.producer = producer;
    }

    /// All customers come, or have other names from now on.
    void customers(String suffix) {
        for (int i = 0; i < 5; i++) {
            names.put("c" + i, "name" + i + suffix);
            send("customers", "c" + i, "name" + i + suffix, 0);
        }
        producer.flush();
    }

    /// Orders `from` to `to`. Every third is not paid yet, every tenth twice, some too late.
    void orders(int from, int to) {
        for (int i = from; i < to; i++) {
            order("o" + i, "c" + i % 5, i, 1 + i);
            if (i % 3 != 0) {
                pay("o" + i, "card", 2 + i);
            } else if (i % 2 == 0) {
                pay("o" + i, "late", 2 + i + Shop.TIME_TO_PAY.toSeconds());
            }
            if (i % 10 == 1) {
                pay("o" + i, "again", 3 + i);
            }
        }
    }

    /// Pays in time what of these is not paid.
    void payTheRest(int from, int to) {
        for (int i = from; i < to; i++) {
            if (i % 3 == 0) {
                pay("o" + i, "cash", 5 + i);
            }
        }
    }

    private void order(String id, String customer, long amount, long second) {
        orders.put(id, new Timed(second, customer + ":" + amount));
        send("orders", id, customer + ":" + amount, second);
    }

    private void pay(String id, String method, long second) {
        send("payments", id, method, second);
        Timed order = orders.get(id);
        if (Math.abs(second - order.second()) <= Shop.TIME_TO_PAY.toSeconds()) {
            String[] parts = order.value().split(":");
            String customer = parts[0];
            receipts.add(customer + "=" + names.get(customer) + ":" + id + ":" + parts[1] + ":" + method);
            totals.merge(customer, Long.parseLong(parts[1]), Long::sum);
        }
    }

    private void send(String topic, String key, String value, long second) {
        producer.send(new ProducerRecord<>(topic, null, BEGIN_MS + second * 1_000, key, value));
    }

    void flush() {
        producer.flush();
    }

    /// In order.
    List<String> receipts() {
        List<String> sorted = new ArrayList<>(receipts);
        Collections.sort(sorted);
        return sorted;
    }

    SortedMap<String, Long> totals() {
        return totals;
    }
}
