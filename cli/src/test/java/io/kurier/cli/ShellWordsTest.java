package io.kurier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Option;
import io.kurier.cli.shell.Shell;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How words become options and operands.
class ShellWordsTest {
    private final List<Call> calls = new ArrayList<>();
    private final StringWriter err = new StringWriter();
    private final Command command = Command.local("do", "Do it.", calls::add)
            .with(
                    Option.value("-n --number", "N", "A number.").orElse("5"),
                    Option.values("-t --topic", "T", "Topics."),
                    Option.flag("-a --all", "All."),
                    Option.flag("-q --quiet", "Quietly."),
                    Option.perhaps("--state", "S", "States."))
            .withOperands("WORD...", 0, 2);

    private int run(String line) {
        PrintWriter nowhere = new PrintWriter(new StringWriter());
        Shell shell = new Shell(Command.group("test", "Test.", command), "1", nowhere, new PrintWriter(err));
        return shell.run(line.split(" ", -1));
    }

    private Call call(String line) {
        assertThat(run(line)).as(err.toString()).isZero();
        return calls.getLast();
    }

    @ParameterizedTest
    @CsvSource({"do -n 7", "do -n7", "do -n=7", "do --number 7", "do --number=7", "do --num 7", "do -aqn7"})
    void aValueIsReadInEveryForm(String line) {
        assertThat(call(line).integer("--number")).isEqualTo(7);
    }

    @Test
    void optionsAndOperandsMayMix() {
        Call mixed = call("do one -a -t x two -t=y");
        assertThat(mixed.operands()).containsExactly("one", "two");
        assertThat(mixed.texts("--topic")).containsExactly("x", "y");
        assertThat(mixed.has("--all")).isTrue();
        assertThat(mixed.has("--quiet")).isFalse();
        assertThat(mixed.number("--number", 1)).isEqualTo(5);
        assertThat(call("do -- -a -x").operands()).containsExactly("-a", "-x");
        assertThat(call("do -n -3").integer("--number")).isEqualTo(-3);
    }

    @Test
    void aValueMayBeLeftOutWhereItMay() {
        assertThat(call("do --state -a").has("--state")).isTrue();
        assertThat(call("do --state").text("--state")).isNull();
        assertThat(call("do --state Empty").text("--state")).isEqualTo("Empty");
        assertThat(call("do --state=Empty").text("--state")).isEqualTo("Empty");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "do --nmber 5 | Unknown option: --nmber; did you mean --number?",
                "do -x | Unknown option: -x",
                "do -ax | Unknown option: -ax",
                "do --number | --number needs a value: N",
                "do --number 1 -n 2 | -n is there twice",
                "do --all=yes | --all takes no value",
                "do a b c | 'c' is one word too many",
                "od | There is no command 'od'"
            })
    void whatIsWrongIsSaid(String line, String words) {
        assertThat(run(line)).isEqualTo(2);
        assertThat(err.toString()).contains(words);
    }

    @Test
    void aNumberMustBeOne() {
        assertThat(run("do -n x")).isZero();
        assertThat(org.assertj.core.api.Assertions.catchThrowable(
                        () -> calls.getLast().integer("--number")))
                .hasMessage("'x' is no number that --number takes");
    }
}
