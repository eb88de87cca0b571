package io.kurier.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/// Types commands and reads what they answer: the same entry as the shell's, in this process.
public final class Terminal {
    private String out = "";
    private String err = "";
    private String typed = "";

    /// What was answered on standard output.
    public String out() {
        return out;
    }

    /// The lines of standard output.
    public List<String> lines() {
        return out.lines().toList();
    }

    /// What was said on standard error.
    public String err() {
        return err;
    }

    /// What the next command reads from standard input.
    public Terminal type(String input) {
        typed = input;
        return this;
    }

    /// Runs a command and answers its exit code.
    public int run(String... words) {
        StringWriter outText = new StringWriter();
        StringWriter errText = new StringWriter();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream before = System.out;
        InputStream inBefore = System.in;
        System.setOut(new PrintStream(bytes, true, UTF_8));
        System.setIn(new ByteArrayInputStream(typed.getBytes(UTF_8)));
        try {
            return Main.run(words, new PrintWriter(outText), new PrintWriter(errText));
        } finally {
            System.setOut(before);
            System.setIn(inBefore);
            typed = "";
            out = outText + bytes.toString(UTF_8);
            err = errText.toString();
        }
    }

    /// Runs a command, given as one line, that must succeed, and answers what it wrote.
    public String ok(String line) {
        int exitCode = run(line.split(" ", -1));
        assertThat(exitCode)
                .as("exit code of %s; errors: %s; output: %s", line, err, out)
                .isZero();
        return out;
    }

    /// Runs a command, given as one line, that must fail with 1, and answers what it said.
    public String fails(String line) {
        assertThat(run(line.split(" ", -1)))
                .as("exit code of %s; output: %s", line, out)
                .isEqualTo(1);
        return err;
    }
}
