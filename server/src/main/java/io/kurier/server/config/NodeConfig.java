package io.kurier.server.config;

import io.kurier.cluster.config.EffectiveConfig;
import io.kurier.kernel.Disk;
import io.kurier.kernel.WholeFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a node is started with, checked as a whole.
///
/// @param listeners at least one for clients, unless the node is a controller only
/// @param quorum its part in the quorum
/// @param settings what holds on the node: its file and its command line under the defaults. The records of
///     `io.kurier.cluster.config` (`NetworkSettings.of(...)`, ...) read one area each
/// @param warnings what was accepted without effect, each in one line; at most a handful
public record NodeConfig(
        Identity identity,
        List<Listener> listeners,
        Quorum quorum,
        Directories directories,
        EffectiveConfig settings,
        List<String> warnings) {
    private static final int MAX_FILE_BYTES = 1 << 20;

    /// Who the node is.
    ///
    /// @param given true if somebody chose the number, false if it is the default
    /// @param rack or null
    public record Identity(
            int nodeId, boolean given, @Nullable String rack) {}

    /// The node's part in the quorum.
    ///
    /// @param seeds other nodes of the cluster that it joins; none if it begins one
    /// @param voters the fixed list of the voters by their node ids, this one perhaps among them; empty if the voters
    ///     are in the metadata (KIP-853)
    /// @param canVote whether it may become a voter
    /// @param listenerName the name of the voters' listener for each other
    public record Quorum(List<HostPort> seeds, Map<Integer, HostPort> voters, boolean canVote, String listenerName) {}

    /// Where the node keeps its data.
    ///
    /// @param data at least one folder, none twice
    /// @param metadata folder for the metadata log, which may be one of `data`
    public record Directories(List<Path> data, Path metadata) {}

    /// What the command line says; it goes before the file.
    ///
    /// @param set settings by name
    /// @param data folder for all data, or null
    /// @param listen `HOST:PORT` for clients, or null
    /// @param nodeId or null
    /// @param join nodes of the cluster to join, as `HOST:PORT`, separated by commas; or null
    /// @param role `broker`, `controller`, or both, separated by a comma; or null
    public record CommandLine(
            Map<String, String> set,
            @Nullable String data,
            @Nullable String listen,
            @Nullable Integer nodeId,
            @Nullable String join,
            @Nullable String role) {
        /// Settings alone.
        public static CommandLine of(Map<String, String> set) {
            return new CommandLine(set, null, null, null, null, null);
        }
    }

    /// True if clients and other brokers are served; false for a node that is a controller only.
    public boolean isBroker() {
        return !clientListeners().isEmpty();
    }

    /// The listeners for clients, in the order of the file.
    public List<Listener> clientListeners() {
        return listeners.stream().filter(listener -> !listener.forControllers()).toList();
    }

    /// A node's configuration from a file and the command line.
    ///
    /// @param file of `java.util.Properties`' syntax with Apache Kafka's names, in UTF-8; or null for none
    /// @throws NoSuchFileException if there is no such file
    /// @throws IOException if the file cannot be read, or has more than 1 MiB
    /// @throws InvalidNodeConfigException with all that is wrong
    public static NodeConfig read(Disk disk, @Nullable Path file, CommandLine commandLine)
            throws IOException, InvalidNodeConfigException {
        GivenSettings given = new GivenSettings();
        if (file != null) {
            if (!disk.exists(file)) throw new NoSuchFileException(file.toString());
            byte[] bytes = WholeFiles.read(disk, file, MAX_FILE_BYTES);
            given.addFile(file.toString(), new String(bytes, StandardCharsets.UTF_8));
        }
        given.addCommandLine(commandLine);
        return NodeConfigCheck.check(given);
    }

    /// A node's configuration from settings alone, for a node inside another program.
    ///
    /// @throws InvalidNodeConfigException with all that is wrong
    public static NodeConfig of(Map<String, String> settings) throws InvalidNodeConfigException {
        GivenSettings given = new GivenSettings();
        given.addAll(settings, "");
        return NodeConfigCheck.check(given);
    }
}
