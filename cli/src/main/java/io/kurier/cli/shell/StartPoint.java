package io.kurier.cli.shell;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;

/// A place in a partition, to read from or to move a group to.
public sealed interface StartPoint {
    /// At the first record that is kept.
    record Beginning() implements StartPoint {}

    /// Behind the last record.
    record End() implements StartPoint {}

    /// At an offset; a negative one counts back from the end.
    record Offset(long offset) implements StartPoint {}

    /// At the first record that is not older.
    record Time(long timestampMs) implements StartPoint {}

    /// The offset of this place in a partition that begins and ends there.
    ///
    /// @param atTime the offset that the node found for [Time], or a negative number if all records are older
    default long in(long begin, long end, long atTime) {
        return switch (this) {
            case Beginning beginning -> begin;
            case End last -> end;
            case Offset(long offset) -> Math.clamp(offset < 0 ? end + offset : offset, begin, end);
            case Time time -> atTime < 0 ? end : atTime;
        };
    }

    /// Reads `beginning`, `end`, an offset, `-N`, or a time: `@MILLISECONDS`, `2026-11-21`, `2026-11-21T10:00[:00][Z]`.
    ///
    /// @throws Failure if it is none of these
    static StartPoint parse(String text) {
        if (text.equals("beginning") || text.equals("earliest")) {
            return new Beginning();
        }
        if (text.equals("end") || text.equals("latest")) {
            return new End();
        }
        try {
            if (text.startsWith("@")) {
                return new Time(Long.parseLong(text.substring(1)));
            }
            if (Pattern.matches("-?\\d+", text)) {
                return new Offset(Long.parseLong(text));
            }
            return new Time(instant(text).toEpochMilli());
        } catch (NumberFormatException | DateTimeException e) {
            throw new Failure(
                    "'" + text
                            + "' is no place to start: say beginning, end, an offset, -N (N before the end), or a time"
                            + " such as 2026-11-21T10:00 or @MILLISECONDS",
                    e);
        }
    }

    private static Instant instant(String text) {
        if (text.endsWith("Z")) {
            return Instant.parse(text);
        }
        try {
            return LocalDate.parse(text).atStartOfDay(ZoneId.systemDefault()).toInstant();
        } catch (DateTimeParseException notADay) {
            return LocalDateTime.parse(text).atZone(ZoneId.systemDefault()).toInstant();
        }
    }
}
