package io.kurier.cli.records;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.cli.shell.Failure;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordFormatTest {
    private static final ConsumerRecord<byte[], byte[]> RECORD = new ConsumerRecord<>(
            "words",
            2,
            17,
            1234L,
            TimestampType.CREATE_TIME,
            0,
            0,
            null,
            "grüße".getBytes(UTF_8),
            new RecordHeaders(List.of(new RecordHeader("a", "1".getBytes(UTF_8)), new RecordHeader("b", null))),
            Optional.empty());

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "%s\\n, \"grüße\n\"",
                "%t/%p@%o %T, words/2@17 1234",
                "%k|%K|%S, NULL|-1|7",
                "%h, \"a=1,b=NULL\"",
                "100%% \\\\ \\q, 100% \\ \\q",
                "no letters, no letters",
            })
    void lettersAndEscapes(String format, String expected) {
        assertThat(write(RecordFormat.parse(format, "NULL"))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"%x, '%x'", "%, '%'", "a%sb%, '%'"})
    void aLetterThatMeansNothingIsNamed(String format, String named) {
        assertThatThrownBy(() -> RecordFormat.parse(format, ""))
                .isInstanceOf(Failure.class)
                .hasMessageStartingWith("'" + named + "' means nothing in --format");
    }

    @Test
    void jsonHasEverything() {
        assertThat(RecordFormat.json(RECORD))
                .isEqualTo(
                        "{\"topic\":\"words\",\"partition\":2,\"offset\":17,\"timestamp\":1234,\"key\":null,"
                                + "\"value\":\"grüße\",\"headers\":[{\"key\":\"a\",\"value\":\"1\"},{\"key\":\"b\",\"value\":null}]}");
    }

    private static String write(RecordFormat format) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        format.write(RECORD, out);
        return out.toString(UTF_8);
    }
}
