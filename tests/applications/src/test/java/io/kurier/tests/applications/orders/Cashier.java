package io.kurier.tests.applications.orders;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.springframework.kafka.annotation.BackOff;
import org.springframework.kafka.annotation.DltHandler;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.annotation.RetryableTopic;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.support.KafkaHeaders;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.stereotype.Component;

/// Takes the money, and writes a receipt for each order. What cannot be paid is tried again by way of retry topics, and
/// ends in a dead letter topic.
@Component
public class Cashier {
    private final KafkaTemplate<String, Receipt> template;
    private final Map<String, Integer> totals = new ConcurrentHashMap<>();
    private final Queue<String> seen = new ConcurrentLinkedQueue<>();
    private final Queue<String> attempts = new ConcurrentLinkedQueue<>();
    private final Queue<Order> unpaid = new ConcurrentLinkedQueue<>();

    Cashier(KafkaTemplate<String, Receipt> template) {
        this.template = template;
    }

    @RetryableTopic(attempts = "3", backOff = @BackOff(delay = 50), concurrency = "1")
    @KafkaListener(topics = "orders", groupId = "cashier", concurrency = "3")
    void onOrder(Order order, @Header(KafkaHeaders.RECEIVED_TOPIC) String topic) {
        if (order.amount() < 0) {
            attempts.add(topic);
            throw new IllegalArgumentException("nobody pays " + order.amount());
        }
        seen.add(order.id());
        int total = totals.merge(order.customer(), order.amount(), Integer::sum);
        template.send("receipts", order.customer(), new Receipt(order.id(), order.customer(), total));
    }

    @DltHandler
    void onUnpaid(Order order) {
        unpaid.add(order);
    }

    /// The ids of all orders that were paid, as often as they were.
    Queue<String> seen() {
        return seen;
    }

    /// The topics by which unpaid orders came.
    Queue<String> attempts() {
        return attempts;
    }

    /// What ended in the dead letter topic.
    Queue<Order> unpaid() {
        return unpaid;
    }
}
