package io.kurier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.cli.shell.Command;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the command line answers without a node.
class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return Main.run(args, new PrintWriter(out), new PrintWriter(err));
    }

    @Test
    void helpNamesEveryCommand() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString())
                .contains(
                        "start", "topic", "produce", "consume", "group", "config", "quota", "cluster", "log", "storage")
                .doesNotContain("kafka-", "rehearse");
        assertThat(err.toString()).isEmpty();
    }

    /// Every command and every tool explains itself, and names each of its options.
    @Test
    void everyCommandHasAHelp() {
        help(Main.commands(), "kurier");
    }

    private void help(Command command, String path) {
        for (Command child : command.children()) {
            String words = (path + " " + child.name()).replace("kurier ", "");
            out.getBuffer().setLength(0);
            assertThat(run((words + " --help").split(" ", -1))).as(words).isZero();
            assertThat(out.toString()).contains("Usage: ");
            child.options()
                    .forEach(option -> assertThat(out.toString())
                            .contains(option.names().getLast())
                            .contains(option.help().split(" ", -1)[0]));
            assertThat(out.toString().lines()).as(words).allMatch(line -> line.length() <= 110);
            help(child, path + " " + child.name());
        }
    }

    @Test
    void withoutACommandTheHelpIsShownAndTheExitCodeSaysSo() {
        assertThat(run()).isEqualTo(2);
        assertThat(out.toString()).contains("Usage: kurier");
    }

    @ParameterizedTest
    @ValueSource(strings = {"topic", "group", "config", "quota", "cluster", "log", "storage"})
    void aCommandWithoutASubcommandNamesThem(String command) {
        assertThat(run(command)).isEqualTo(2);
        assertThat(err.toString()).contains("Say which: ").contains("Try: kurier " + command + " --help");
    }

    @Test
    void aMistypedCommandIsAnsweredWithTheNearest() {
        assertThat(run("topci", "list")).isEqualTo(2);
        assertThat(err.toString()).contains("topci").contains("Did you mean: kurier topic");
    }

    @Test
    void whereNothingListensOneLineSaysSo() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }

        assertThat(run("topic", "list", "-b", "127.0.0.1:" + port)).isEqualTo(1);
        assertThat(err.toString())
                .startsWith("kurier: Nothing answers at 127.0.0.1:" + port + " (")
                .endsWith("). Start a node with: kurier start\n")
                .hasLineCount(1);
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:x", "localhost:0", "localhost:70000"})
    void anAddressThatIsNoneIsNamed(String address) {
        assertThat(run("topic", "list", "-b", address)).isEqualTo(1);
        assertThat(err.toString()).startsWith("kurier: '" + address + "' is not HOST:PORT");
    }

    @Test
    void aGroupHasItsOwnPlace() {
        assertThat(run("consume", "words", "-g", "g", "--from", "0")).isEqualTo(1);
        assertThat(err.toString()).contains("kurier group reset-offsets");
    }
}
