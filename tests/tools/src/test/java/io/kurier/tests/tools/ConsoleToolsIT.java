package io.kurier.tests.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.tools.ConsoleProducer;
import org.apache.kafka.tools.consumer.ConsoleConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `kafka-console-producer` and `kafka-console-consumer`.
@ExtendWith(SharedNode.class)
class ConsoleToolsIT {
    private static final String GROUP_NOTE = "The consumer rebalance protocol \\(KIP-848\\) is production-ready!.*";

    private final NodeProcess node;

    ConsoleToolsIT(NodeProcess node) {
        this.node = node;
    }

    private Printed produce(String topic, String input, String... arguments) {
        return node.runWithInput(ConsoleProducer::main, input, with(arguments, "--topic", topic));
    }

    private Printed consume(int records, String... arguments) {
        return node.run(
                ConsoleConsumer::main,
                with(arguments, "--max-messages", Integer.toString(records), "--from-beginning"));
    }

    private static String[] with(String[] arguments, String... more) {
        return Stream.concat(Stream.of(more), Stream.of(arguments)).toArray(String[]::new);
    }

    private static String processed(int records) {
        return "Processed a total of " + records + " messages";
    }

    @Test
    void linesGoThrough() {
        node.createTopic("lines", 3);
        assertThat(produce("lines", "one\ntwo\nthree\n").ok().out()).isEmpty();
        assertThat(consume(3, "--topic", "lines")
                        .okSaying(GROUP_NOTE, processed(3))
                        .lines())
                .containsExactlyInAnyOrder("one", "two", "three");
    }

    @Test
    void everythingOfARecordIsShown() {
        node.createTopic("shown", 1);
        produce(
                        "shown",
                        "h1:a,h2:b|k#v\nNONE|NONE#NONE\n",
                        "--reader-property",
                        "parse.key=true",
                        "--reader-property",
                        "key.separator=#",
                        "--reader-property",
                        "parse.headers=true",
                        "--reader-property",
                        "headers.delimiter=|",
                        "--reader-property",
                        "null.marker=NONE")
                .ok();
        Stream<String> shown = Stream.of(
                        "key", "value", "offset", "partition", "timestamp", "headers", "epoch", "delivery")
                .flatMap(what -> Stream.of("--formatter-property", "print." + what + "=true"));
        String[] arguments = Stream.concat(
                        shown,
                        Stream.of(
                                "--topic",
                                "shown",
                                "--formatter-property",
                                "key.separator=;",
                                "--formatter-property",
                                "headers.separator=&",
                                "--formatter-property",
                                "null.literal=(none)"))
                .toArray(String[]::new);
        List<String> lines =
                consume(2, arguments).okSaying(GROUP_NOTE, processed(2)).lines();
        assertThat(lines.get(0))
                .matches("CreateTime:\\d{13};Partition:0;Offset:0;(Delivery:\\S+;)?(Epoch:0;)?h1:a&h2:b;k;v");
        assertThat(lines.get(1)).contains("Offset:1").endsWith(";NO_HEADERS;(none);(none)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
    void everyCodec(String codec) {
        String topic = "packed-" + codec;
        produce(topic, "a\nb\n".repeat(50), "--compression-codec", codec, "--request-required-acks", "all")
                .ok();
        assertThat(node.run(
                                ConsoleConsumer::main,
                                "--topic",
                                topic,
                                "--partition",
                                "0",
                                "--offset",
                                "earliest",
                                "--max-messages",
                                "100")
                        .okSaying(processed(100))
                        .out())
                .isEqualTo("a\nb\n".repeat(50));
    }

    @Test
    void everyWayToSend() {
        node.createTopic("sent", 1);
        produce("sent", "sync\n", "--sync").ok();
        produce("sent", "none\n", "--request-required-acks", "0", "--command-property", "enable.idempotence=false")
                .ok();
        produce("sent", "one\n", "--request-required-acks", "1").ok();
        produce("sent", "slow\n", "--timeout", "50", "--batch-size", "1", "--max-block-ms", "9000")
                .ok();
        assertThat(consume(4, "--topic", "sent")
                        .okSaying(GROUP_NOTE, processed(4))
                        .lines())
                .containsExactlyInAnyOrder("sync", "none", "one", "slow");
    }

    @Test
    void everyPlaceToStart() {
        node.createTopic("placed-reads", 1);
        node.produce("placed-reads", "a:1", "b:2", "c:3");
        for (List<String> place : List.of(List.of("1", "2"), List.of("earliest", "1"), List.of("2", "3"))) {
            assertThat(node.run(
                                    ConsoleConsumer::main,
                                    "--topic",
                                    "placed-reads",
                                    "--partition",
                                    "0",
                                    "--offset",
                                    place.getFirst(),
                                    "--max-messages",
                                    "1",
                                    "--isolation-level",
                                    "read_committed")
                            .okSaying(processed(1))
                            .line())
                    .isEqualTo(place.getLast());
        }
        assertThat(node.run(
                                ConsoleConsumer::main,
                                "--topic",
                                "placed-reads",
                                "--partition",
                                "0",
                                "--offset",
                                "latest",
                                "--timeout-ms",
                                "500")
                        .out())
                .isEmpty();
    }

    @Test
    void aGroupGoesOnWhereItStopped() {
        node.createTopic("followed", 1);
        node.produce("followed", "a:1", "b:2", "c:3");
        String[] group = {"--topic", "followed", "--group", "followers"};
        assertThat(consume(2, group).okSaying(GROUP_NOTE, processed(2)).lines()).containsExactly("1", "2");
        assertThat(consume(1, group).okSaying(GROUP_NOTE, processed(1)).lines()).containsExactly("3");
        assertThat(consume(2, "--include", "follow.*", "--command-property", "metadata.max.age.ms=1000")
                        .okSaying(GROUP_NOTE, processed(2))
                        .lines())
                .containsExactly("1", "2");
    }

    @Test
    void internalTopicsAreReadable() {
        node.createTopic("committed", 1);
        node.produce("committed", "a:1");
        consume(1, "--topic", "committed", "--group", "committers").okSaying(GROUP_NOTE, processed(1));
        var offsets = node.run(
                ConsoleConsumer::main,
                "--topic",
                "__consumer_offsets",
                "--from-beginning",
                "--timeout-ms",
                "2000",
                "--formatter",
                "org.apache.kafka.tools.consumer.OffsetsMessageFormatter");
        assertThat(offsets.out())
                .contains("\"group\":\"committers\",\"topic\":\"committed\",\"partition\":0")
                .contains("\"offset\":1");
        var groups = node.run(
                ConsoleConsumer::main,
                "--topic",
                "__consumer_offsets",
                "--from-beginning",
                "--timeout-ms",
                "2000",
                "--formatter",
                "org.apache.kafka.tools.consumer.GroupMetadataMessageFormatter");
        assertThat(groups.out()).contains("\"group\":\"committers\"").contains("\"protocolType\":\"consumer\"");
    }
}
