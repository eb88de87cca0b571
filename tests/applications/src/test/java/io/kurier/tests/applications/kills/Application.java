package io.kurier.tests.applications.kills;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A Kafka Streams application in a process of its own, which can be killed and begun again.
public final class Application implements AutoCloseable {
    private final List<String> command;
    private final Path output;
    private Process process;

    /// Starts it.
    ///
    /// @param output a file for what it prints
    /// @param arguments of its `main`
    public Application(Class<?> main, Path output, String... arguments) throws IOException {
        command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                main.getName()));
        command.addAll(List.of(arguments));
        this.output = output;
        this.process = launch();
    }

    private Process launch() throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                .start();
    }

    /// Kills it the hard way and starts another one with what is left on its disk.
    void killAndReplace() throws IOException, InterruptedException {
        if (!process.isAlive()) {
            throw new AssertionError("the application ended by itself, see " + output);
        }
        process.destroyForcibly().waitFor();
        process = launch();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
