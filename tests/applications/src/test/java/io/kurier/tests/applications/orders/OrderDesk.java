package io.kurier.tests.applications.orders;

import java.util.concurrent.CompletableFuture;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.support.SendResult;
import org.springframework.stereotype.Service;

/// Takes orders in.
@Service
public class OrderDesk {
    private final KafkaTemplate<String, Order> template;

    OrderDesk(KafkaTemplate<String, Order> template) {
        this.template = template;
    }

    public CompletableFuture<SendResult<String, Order>> place(Order order) {
        return template.send("orders", order.customer(), order);
    }
}
