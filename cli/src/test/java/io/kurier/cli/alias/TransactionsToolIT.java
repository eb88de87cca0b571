package io.kurier.cli.alias;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.cli.Terminal;
import io.kurier.server.Kurier;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// `kafka-transactions` against a node with one open transaction.
class TransactionsToolIT {
    private static Kurier node;
    private static KafkaProducer<String, String> producer;

    private final Terminal terminal = new Terminal();

    @BeforeAll
    static void start() throws Exception {
        node = Kurier.builder().set("transaction.state.log.num.partitions", "1").start();
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", node.bootstrapServers(), "transactional.id", "payer"),
                new StringSerializer(),
                new StringSerializer());
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>("pay", "1")).get();
    }

    @AfterAll
    static void stop() {
        producer.close();
        node.close();
    }

    private String ok(String line) {
        return terminal.ok("kafka-transactions " + line + " --bootstrap-server " + node.bootstrapServers());
    }

    /// The cells of the second line, by those of the first.
    private String cell(String line, String column) {
        String[] lines = ok(line).split("\n", -1);
        String[] header = lines[0].split("\t", -1);
        for (int i = 0; i < header.length; i++) {
            if (header[i].strip().equals(column)) {
                return lines[1].split("\t", -1)[i].strip();
            }
        }
        throw new AssertionError("no column " + column + " in " + lines[0]);
    }

    @Test
    void anOpenTransactionIsListedAndDescribed() {
        assertThat(cell("list", "TransactionalId")).isEqualTo("payer");
        assertThat(cell("list", "TransactionState")).isEqualTo("Ongoing");
        assertThat(ok("list --duration-filter 3600000").lines()).hasSize(1);
        assertThat(ok("list --transactional-id-pattern nobody.*").lines()).hasSize(1);
        assertThat(cell("describe --transactional-id payer", "TopicPartitions")).isEqualTo("pay-0");
        assertThat(cell("describe --transactional-id payer", "CoordinatorId")).isEqualTo("1");
        assertThat(cell("describe-producers --topic pay --partition 0", "CurrentTransactionStartOffset"))
                .isEqualTo("0");
    }

    @Test
    void whatItsCoordinatorKnowsDoesNotHang() {
        assertThat(ok("find-hanging --broker-id 1 --max-transaction-timeout 0").lines())
                .hasSize(1);
        assertThat(terminal.run(
                        "kafka-transactions",
                        "abort",
                        "--topic",
                        "pay",
                        "--partition",
                        "0",
                        "--start-offset",
                        "77",
                        "--bootstrap-server",
                        node.bootstrapServers()))
                .isEqualTo(1);
        assertThat(terminal.err()).contains("Could not find any open transactions starting at offset 77");
    }
}
