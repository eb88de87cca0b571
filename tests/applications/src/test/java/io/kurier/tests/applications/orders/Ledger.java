package io.kurier.tests.applications.orders;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.stereotype.Component;

/// Reads receipts and knows what each customer has paid. Receipts that are no JSON end in a dead letter
/// topic.
@Component
public class Ledger {
    private final Map<String, Integer> totals = new ConcurrentHashMap<>();
    private final Queue<String> unreadable = new ConcurrentLinkedQueue<>();

    @KafkaListener(id = "ledger", topics = "receipts")
    void onReceipt(Receipt receipt) {
        totals.put(receipt.customer(), receipt.total());
    }

    @KafkaListener(
            topics = "receipts-dlt",
            batch = "true",
            properties = "value.deserializer:org.apache.kafka.common.serialization.StringDeserializer")
    void onUnreadable(List<ConsumerRecord<String, String>> records) {
        records.forEach(record -> unreadable.add(record.value()));
    }

    Map<String, Integer> totals() {
        return totals;
    }

    Queue<String> unreadable() {
        return unreadable;
    }
}
