package io.kurier.tests.applications.orders;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.stereotype.Component;

/// Keeps all orders, and takes them in batches.
@Component
public class Archive {
    private final Queue<Order> orders = new ConcurrentLinkedQueue<>();
    private final Queue<Integer> batches = new ConcurrentLinkedQueue<>();

    @KafkaListener(id = "archive", topics = "orders", groupId = "archive", batch = "true")
    void onOrders(List<Order> batch) {
        orders.addAll(batch);
        batches.add(batch.size());
    }

    Queue<Order> orders() {
        return orders;
    }

    Queue<Integer> batches() {
        return batches;
    }
}
