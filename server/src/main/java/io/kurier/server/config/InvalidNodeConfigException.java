package io.kurier.server.config;

import java.util.List;

/// A node's configuration that it must not start with.
public final class InvalidNodeConfigException extends Exception {
    private final transient List<String> problems;

    InvalidNodeConfigException(List<String> problems) {
        super(String.join(System.lineSeparator(), problems));
        this.problems = List.copyOf(problems);
    }

    /// All that is wrong, each in one line that says what to do.
    public List<String> problems() {
        return problems;
    }
}
