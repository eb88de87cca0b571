package io.kurier.tests.applications.orders;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.Await;
import io.kurier.testkit.NodeProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.config.YamlPropertiesFactoryBean;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.core.io.ClassPathResource;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/// A Spring Boot application with spring-kafka, as Spring's guides write one, against a real node. Its own
/// configuration says `localhost:9092`; a test must take any free port, so that one property is overridden, and nothing
/// else.
@SpringBootTest(classes = OrdersApplication.class)
@Timeout(120)
class OrdersIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    static Path folder;

    private static NodeProcess node;
    private static KafkaListenerEndpointRegistry running;

    @Autowired
    OrderDesk desk;

    @Autowired
    Cashier cashier;

    @Autowired
    Ledger ledger;

    @Autowired
    Archive archive;

    @Autowired
    KafkaAdmin kafkaAdmin;

    private KafkaListenerEndpointRegistry listeners;

    @Autowired
    void remember(KafkaListenerEndpointRegistry registry) {
        running = registry;
        listeners = registry;
    }

    @DynamicPropertySource
    static void freePort(DynamicPropertyRegistry properties) throws IOException, InterruptedException {
        node = NodeProcess.start(folder);
        properties.add("spring.kafka.bootstrap-servers", () -> "localhost:" + node.port());
    }

    @AfterAll
    static void stop() {
        running.stop(); // before the node, or they would wait for it
        node.close();
    }

    @Test
    void theApplicationsOwnConfigurationIsTheUsualOne() {
        var yaml = new YamlPropertiesFactoryBean();
        yaml.setResources(new ClassPathResource("application.yaml"));
        assertThat(yaml.getObject()).containsEntry("spring.kafka.bootstrap-servers", "localhost:9092");
    }

    @Test
    void topicsAreMadeAsTheApplicationDeclaresThem() throws Exception {
        try (Admin admin = Admin.create(kafkaAdmin.getConfigurationProperties())) {
            Map<String, Integer> partitions = admin
                    .describeTopics(List.of("orders", "receipts", "orders-retry", "orders-dlt"))
                    .allTopicNames()
                    .get()
                    .values()
                    .stream()
                    .collect(Collectors.toMap(
                            TopicDescription::name, topic -> topic.partitions().size()));
            assertThat(partitions).containsEntry("orders", 3).containsEntry("receipts", 2);
            var receipts = new ConfigResource(ConfigResource.Type.TOPIC, "receipts");
            assertThat(admin.describeConfigs(List.of(receipts))
                            .values()
                            .get(receipts)
                            .get()
                            .get("cleanup.policy")
                            .value())
                    .isEqualTo("compact");
        }
    }

    @Test
    void ordersBecomeReceiptsInTheOrderOfEachCustomer() {
        Map<String, Integer> expected = placeOrders("flow", 300);
        awaitLedger(expected);
        Await.until(LIMIT, "the archive", () -> archived("flow").size() == 300);
        assertThat(archive.batches()).as("records in one batch").anyMatch(size -> size > 1);
        Map<String, List<Integer>> byCustomer = new HashMap<>();
        for (Order order : archived("flow")) {
            byCustomer
                    .computeIfAbsent(order.customer(), c -> new ArrayList<>())
                    .add(Integer.parseInt(order.id().split("-", -1)[1]));
        }
        assertThat(byCustomer.values())
                .allSatisfy(numbers -> assertThat(numbers).isSorted());
    }

    @Test
    void whatFailsGoesByTheRetryTopicsToTheDeadLetters() throws Exception {
        Order wrong = new Order("wrong-1", "anton", -5);
        desk.place(wrong).get(20, TimeUnit.SECONDS);
        Await.until(LIMIT, "the dead letter", () -> cashier.unpaid().contains(wrong));
        assertThat(cashier.attempts())
                .startsWith("orders")
                .hasSize(3)
                .last()
                .asString()
                .startsWith("orders-retry");
    }

    @Test
    void whatIsNoJsonGoesToTheDeadLettersAndTheRestGoesOn() throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", node.bootstrapServers());
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>("receipts", "berta", "{ no json"))
                    .get();
        }
        // The application's own serializer writes the bytes that nobody could read as JSON: in base 64.
        String unread = Base64.getEncoder().encodeToString("{ no json".getBytes(StandardCharsets.UTF_8));
        Await.until(LIMIT, "the dead letter", () -> ledger.unreadable().contains('"' + unread + '"'));
        awaitLedger(placeOrders("after", 20));
    }

    @Test
    void aStoppedListenerGoesOnWhereItStood() {
        awaitLedger(placeOrders("before", 30));
        Await.until(LIMIT, "the archive", () -> archived("before").size() == 30);
        listeners.getListenerContainer("archive").stop();
        placeOrders("meanwhile", 30);
        assertThat(archived("meanwhile")).isEmpty();
        listeners.getListenerContainer("archive").start();
        Await.until(LIMIT, "the archive", () -> archived("meanwhile").size() >= 30);
        assertThat(archived("meanwhile")).hasSize(30);
        assertThat(archived("before")).as("nothing is read twice").hasSize(30);
    }

    @Test
    void theApplicationOutlivesTheNode() throws Exception {
        awaitLedger(placeOrders("first", 50));
        node.kill();
        node.restart();
        placeOrders("second", 50);
        node.awaitServing();
        Await.until(LIMIT, "all orders", () -> paid("second").size() == 50);
        Await.until(LIMIT, "the archive", () -> new HashSet<>(archived("second")).size() == 50);
    }

    /// Places so many orders of seven customers, and returns what the customers will have paid in all.
    private Map<String, Integer> placeOrders(String name, int count) {
        Map<String, Integer> totals = new HashMap<>();
        var sent = new ArrayList<java.util.concurrent.CompletableFuture<?>>();
        for (int i = 0; i < count; i++) {
            String customer = name + "'s customer " + i % 7;
            totals.merge(customer, i, Integer::sum);
            sent.add(desk.place(new Order(name + "-" + i, customer, i)));
        }
        sent.forEach(one -> one.orTimeout(60, TimeUnit.SECONDS).join());
        return totals;
    }

    private void awaitLedger(Map<String, Integer> expected) {
        Await.until(LIMIT, "the ledger", () -> ledger.totals().entrySet().containsAll(expected.entrySet()));
    }

    private List<Order> archived(String name) {
        return archive.orders().stream()
                .filter(order -> order.id().startsWith(name + "-"))
                .toList();
    }

    private Set<String> paid(String name) {
        return cashier.seen().stream().filter(id -> id.startsWith(name + "-")).collect(Collectors.toSet());
    }
}
