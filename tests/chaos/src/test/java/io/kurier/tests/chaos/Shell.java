package io.kurier.tests.chaos;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Commands of the system.
final class Shell {
    private Shell() {}

    /// Runs a command, given as words between blanks, and returns what it printed.
    ///
    /// @throws IllegalStateException with its output if it fails
    static String run(String command) {
        try {
            Process process = new ProcessBuilder(List.of(command.split(" ")))
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(command + ": " + output.strip());
            }
            return output;
        } catch (IOException e) {
            throw new IllegalStateException(command + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(command + " was interrupted", e);
        }
    }
}
