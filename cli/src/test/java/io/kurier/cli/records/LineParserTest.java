package io.kurier.cli.records;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.cli.shell.Failure;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class LineParserTest {
    private static final LineParser VALUES = new LineParser("t", null, null, null, null, List.of(), false);
    private static final LineParser JSON = new LineParser("t", null, null, null, null, List.of(), true);

    @Test
    void aLineIsAValue() {
        ProducerRecord<byte[], byte[]> record = VALUES.parse("grüße: a");

        assertThat(record.topic()).isEqualTo("t");
        assertThat(record.key()).isNull();
        assertThat(record.value()).isEqualTo("grüße: a".getBytes(UTF_8));
    }

    @Test
    void theFirstSeparatorPartsKeyAndValue() {
        LineParser parser = new LineParser("t", 3, ":", null, "NULL", List.of(), false);

        assertThat(parser.parse("k:v:w").key()).isEqualTo("k".getBytes(UTF_8));
        assertThat(parser.parse("k:v:w").value()).isEqualTo("v:w".getBytes(UTF_8));
        assertThat(parser.parse("k:NULL").value()).isNull();
        assertThat(parser.parse("k:").value()).isEmpty();
        assertThat(parser.parse("k:v").partition()).isEqualTo(3);
        assertThatThrownBy(() -> parser.parse("alone"))
                .isInstanceOf(Failure.class)
                .hasMessage("there is no key separator ':' in: alone");
    }

    @Test
    void whatConsumeWritesAsJsonIsReadBackTheSame() {
        byte[] binary = {(byte) 0xff, 0, 1};
        RecordHeaders headers = new RecordHeaders(List.of(
                new RecordHeader("h", "x".getBytes(UTF_8)),
                new RecordHeader("n", null),
                new RecordHeader("b", binary)));
        ConsumerRecord<byte[], byte[]> consumed = new ConsumerRecord<>(
                "from", 2, 17, 1234L, TimestampType.CREATE_TIME, 0, 0, binary, null, headers, Optional.empty());

        ProducerRecord<byte[], byte[]> record = JSON.parse(RecordFormat.json(consumed));

        assertThat(record.topic()).isEqualTo("t");
        assertThat(record.partition()).isEqualTo(2);
        assertThat(record.timestamp()).isEqualTo(1234L);
        assertThat(record.key()).isEqualTo(binary);
        assertThat(record.value()).isNull();
        assertThat(record.headers().toArray()).containsExactly(headers.toArray());
    }

    @Test
    void whatIsNoObjectIsShownShort() {
        assertThatThrownBy(() -> JSON.parse("[1]")).hasMessage("not a JSON object: [1]");
        assertThatThrownBy(() -> JSON.parse("x".repeat(100)))
                .hasMessage("not a JSON object: " + "x".repeat(60) + "...");
    }
}
