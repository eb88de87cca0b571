package io.kurier.cli.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StartPointTest {
    @ParameterizedTest
    @CsvSource({
        "beginning, 10",
        "earliest, 10",
        "end, 50",
        "latest, 50",
        "20, 20",
        "0, 10",
        "99, 50",
        "-5, 45",
        "-100, 10",
    })
    void aPlaceBecomesAnOffsetWithinThePartition(String text, long offset) {
        assertThat(StartPoint.parse(text).in(10, 50, -1)).isEqualTo(offset);
    }

    @Test
    void timesAreReadInSeveralForms() {
        assertThat(StartPoint.parse("@1500")).isEqualTo(new StartPoint.Time(1500));
        assertThat(StartPoint.parse("2026-11-21T10:00:00Z"))
                .isEqualTo(new StartPoint.Time(
                        Instant.parse("2026-11-21T10:00:00Z").toEpochMilli()));
        assertThat(StartPoint.parse("2026-11-21T10:00")).isEqualTo(local(10));
        assertThat(StartPoint.parse("2026-11-21")).isEqualTo(local(0));
    }

    private static StartPoint local(int hour) {
        return new StartPoint.Time(LocalDateTime.of(2026, 11, 21, hour, 0)
                .atZone(ZoneId.systemDefault())
                .toInstant()
                .toEpochMilli());
    }

    @Test
    void aTimeAfterAllRecordsIsTheEnd() {
        assertThat(StartPoint.parse("@1500").in(10, 50, -1)).isEqualTo(50);
        assertThat(StartPoint.parse("@1500").in(10, 50, 33)).isEqualTo(33);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "@x", "2026-13-01", "99999999999999999999"})
    void whatIsNoPlaceIsNamed(String text) {
        assertThatThrownBy(() -> StartPoint.parse(text))
                .isInstanceOf(Failure.class)
                .hasMessageStartingWith("'" + text + "' is no place to start: say beginning, end,");
    }
}
