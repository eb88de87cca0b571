package io.kurier.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Followers whose fetch waits at a leader that has nothing new begin to follow another partition of that leader
/// meanwhile.
class ParkedFetchIT {
    @TempDir
    Path folder;

    @Test
    void aNewPartitionDoesNotWaitBehindTheOthers() throws Exception {
        try (LocalNodes nodes = LocalNodes.three(folder, Map.of("replica.fetch.wait.max.ms", "120000"))) {
            String servers = nodes.servers(1);
            Map<String, Object> settings = Map.of(
                    "bootstrap.servers",
                    servers,
                    "acks",
                    "all",
                    "delivery.timeout.ms",
                    40_000,
                    "request.timeout.ms",
                    20_000);
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers));
                    var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
                for (String topic : List.of("first", "second", "third")) {
                    admin.createTopics(List.of(new NewTopic(topic, Map.of(0, List.of(1, 2, 3)))))
                            .all()
                            .get();
                    var record = new ProducerRecord<>(topic, 0, "key", "value");
                    assertThat(producer.send(record).get().offset()).isZero();
                }
            }
        }
    }
}
