package io.kurier.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.examples.DeliveryGuarantees.Guarantee;
import io.kurier.server.Kurier;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The examples do what they say, on a node.
@Timeout(120)
class ExamplesIT {
    private static Kurier node;
    private static String address;

    @BeforeAll
    static void start() {
        node = Kurier.start();
        address = node.bootstrapServers();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static List<String> doubled(int from, int to) {
        return IntStream.rangeClosed(from, to)
                .mapToObj(number -> String.valueOf(2 * number))
                .toList();
    }

    @Test
    void atMostOnceLosesWhatWasNotDone() throws Exception {
        assertThat(DeliveryGuarantees.run(address, Guarantee.AT_MOST_ONCE)).isEqualTo(doubled(1, 3));
    }

    @Test
    void atLeastOnceDoesItAgain() throws Exception {
        List<String> results = DeliveryGuarantees.run(address, Guarantee.AT_LEAST_ONCE);
        assertThat(results.subList(0, 3)).isEqualTo(doubled(1, 3));
        assertThat(results.subList(3, results.size())).isEqualTo(doubled(1, 10));
    }

    @Test
    void exactlyOnceDoesNeither() throws Exception {
        assertThat(DeliveryGuarantees.run(address, Guarantee.EXACTLY_ONCE)).isEqualTo(doubled(1, 10));
    }

    @Test
    void partitionersChoose() throws Exception {
        assertThat(PartitionerStrategies.keyed(address).values()).allMatch(partitions -> partitions.length() == 1);
        assertThat(PartitionerStrategies.custom(address).get("vip")).isEqualTo("0");
        assertThat(PartitionerStrategies.custom(address).get("customer-1")).isNotEqualTo("0");
        assertThat(PartitionerStrategies.sticky(address).values()).containsExactly(12);
        assertThat(PartitionerStrategies.roundRobin(address).values()).hasSizeGreaterThan(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"range", "round-robin", "sticky", "cooperative", "broker-uniform", "broker-range"})
    void assignorsShare(String strategy) throws Exception {
        List<List<String>> shares = AssignorStrategies.run(address, strategy);
        assertThat(shares.stream().flatMap(List::stream))
                .containsExactlyInAnyOrder("left-0", "left-1", "left-2", "right-0", "right-1", "right-2");
        if (strategy.endsWith("range")) {
            assertThat(shares)
                    .containsExactlyInAnyOrder(
                            List.of("left-0", "left-1", "right-0", "right-1"), List.of("left-2", "right-2"));
        }
    }

    @Test
    void offsetsAreCommitted() throws Exception {
        assertThat(Commits.automatic(address).offset()).isEqualTo(5);
        assertThat(Commits.manual(address))
                .extracting(OffsetAndMetadata::offset, OffsetAndMetadata::metadata)
                .containsExactly(3L, "after c");
    }

    @Test
    void readersBeginWhereTheyWant() throws Exception {
        WhereToBegin.write(address);
        assertThat(WhereToBegin.fromTheBeginning(address)).startsWith("Monday").hasSize(5);
        assertThat(WhereToBegin.fromTheEnd(address)).isEmpty();
        assertThat(WhereToBegin.fromWednesdayOn(address)).containsExactly("Wednesday", "Thursday", "Friday");
    }

    @Test
    void aTableIsEverybodys() throws Exception {
        try (TableCache mine = new TableCache(address)) {
            mine.put("tea", "3");
            mine.put("coffee", "4");
            mine.put("tea", "5");
            mine.remove("coffee");
            assertThat(mine.all()).isEqualTo(Map.of("tea", "5"));
        }
        try (TableCache yours = new TableCache(address)) {
            assertThat(yours.get("tea")).contains("5");
            assertThat(yours.get("coffee")).isEmpty();
        }
    }
}
