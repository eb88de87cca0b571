package io.kurier.tests.clients;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Runs other programs to their end.
final class Command {
    private static final long TIMEOUT_S = 300;

    private Command() {}

    /// What the program wrote to stdout; fails with its stderr when it exits with another code than 0.
    static String output(List<String> command) throws IOException, InterruptedException {
        return output(command, new byte[0]);
    }

    static String output(List<String> command, byte[] input) throws IOException, InterruptedException {
        Path errors = Files.createTempFile("kurier-command", ".err");
        try {
            Process process =
                    new ProcessBuilder(command).redirectError(errors.toFile()).start();
            Thread feeder = Thread.ofVirtual().start(() -> feed(process, input));
            Thread watch = Thread.ofVirtual().start(() -> endAfterTimeout(process));
            String output;
            try (InputStream stdout = process.getInputStream()) {
                output = new String(stdout.readAllBytes(), StandardCharsets.UTF_8);
            }
            int code = process.waitFor();
            feeder.join();
            watch.interrupt();
            if (code != 0) {
                throw new IOException(String.join(" ", command) + " ended with " + code + ": "
                        + Files.readString(errors) + output.substring(Math.max(0, output.length() - 2_000)));
            }
            return output;
        } finally {
            Files.delete(errors);
        }
    }

    /// Whether the program is there and ends well.
    static boolean works(String... command) {
        try {
            output(List.of(command));
            return true;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void feed(Process process, byte[] input) {
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(input);
        } catch (IOException e) {
            if (process.isAlive()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static void endAfterTimeout(Process process) {
        try {
            if (!process.waitFor(TIMEOUT_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
