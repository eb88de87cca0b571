package io.kurier.cli.shell;

import io.kurier.kernel.FileDisk;
import io.kurier.server.config.InvalidNodeConfigException;
import io.kurier.server.config.NodeConfig;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A node's configuration, with what is wrong in it in words.
public final class NodeSettings {
    private NodeSettings() {}

    /// Reads a file of settings, and the words of a command line, which go before it.
    ///
    /// @param file or null for none
    /// @throws Failure if the file cannot be read, or something is wrong
    public static NodeConfig read(@Nullable Path file, NodeConfig.CommandLine words) {
        try {
            return NodeConfig.read(new FileDisk(), file, words);
        } catch (NoSuchFileException e) {
            throw new Failure("There is no file " + file, e);
        } catch (IOException e) {
            throw new Failure("Cannot read " + file + ": " + e.getMessage(), e);
        } catch (InvalidNodeConfigException e) {
            throw new Failure(String.join("\nkurier: ", e.problems()), e);
        }
    }
}
