package io.kurier.cli.storage;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Failure;
import io.kurier.cli.shell.Option;
import io.kurier.server.config.HostPort;
import io.kurier.server.config.Listener;
import io.kurier.server.config.NodeConfig;
import io.kurier.server.files.DataFolders.Voter;
import io.kurier.server.files.DataFolders.Voters;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/// Who votes first, as `format` is told: by `--standalone`, `--initial-controllers` or `--no-initial-controllers`, one
/// of which may be given.
public final class FirstVoters {
    private static final List<String> FLAGS =
            List.of("--standalone", "--initial-controllers", "--no-initial-controllers");
    private static final Pattern VOTER = Pattern.compile("(\\d{1,9})@(.+):([^:]+)");

    private FirstVoters() {}

    /// The flags, for a command.
    public static Option[] options() {
        return new Option[] {
            Option.flag(
                    "-s --standalone", "The node begins as the only voter, whatever other nodes its settings name."),
            Option.value(
                    "-I --initial-controllers",
                    "ID@HOST:PORT:DIR,...",
                    "All voters that the cluster begins with, this node among them; the same on each of them."),
            Option.flag("-N --no-initial-controllers", "The node joins the voters of others."),
        };
    }

    /// What the command line says.
    ///
    /// @throws Failure if it says what cannot be
    public static Voters of(Call call, NodeFolders folders) {
        List<String> said = FLAGS.stream().filter(call::has).toList();
        NodeConfig config = folders.config();
        if (said.isEmpty()) {
            return Voters.none();
        }
        if (said.size() > 1) {
            throw new Failure("Say one of " + String.join(", ", FLAGS) + ", and not " + String.join(" and ", said));
        }
        if (!config.quorum().voters().isEmpty()) {
            throw new Failure("The settings name a fixed list of voters (controller.quorum.voters): leave "
                    + said.getFirst() + " out, or the list");
        }
        if (call.has("--no-initial-controllers")) {
            return Voters.none();
        }
        if (!config.quorum().canVote()) {
            throw new Failure(
                    "The node is a broker only (process.roles), and never votes: leave " + said.getFirst() + " out");
        }
        String list = call.text("--initial-controllers");
        return list == null ? alone(config) : several(list, config);
    }

    private static Voters alone(NodeConfig config) {
        String name = config.quorum().listenerName();
        Listener listener = Stream.concat(
                        config.listeners().stream()
                                .filter(candidate -> candidate.name().equals(name)),
                        config.listeners().stream())
                .findFirst()
                .orElseThrow();
        HostPort at = listener.advertised() == null ? listener.bind() : listener.advertised();
        if (at.port() == 0) {
            throw new Failure("The listener " + name + " takes any port: give it one, at which other voters find it");
        }
        return new Voters(null, name, List.of(new Voter(config.identity().nodeId(), Uuid.ZERO_UUID, named(at))));
    }

    private static Voters several(String list, NodeConfig config) {
        List<Voter> voters = new ArrayList<>();
        @Nullable Uuid own = null;
        for (String text : list.split(",", -1)) {
            Voter voter = voter(text.strip());
            if (voters.stream().anyMatch(other -> other.nodeId() == voter.nodeId())) {
                throw new Failure("Node " + voter.nodeId() + " comes twice in --initial-controllers");
            }
            voters.add(voter);
            own = voter.nodeId() == config.identity().nodeId() ? voter.directoryId() : own;
        }
        if (own == null) {
            throw new Failure("This node, whose node.id is " + config.identity().nodeId()
                    + ", is not among the --initial-controllers: say --no-initial-controllers for one that joins them");
        }
        return new Voters(own, config.quorum().listenerName(), voters);
    }

    private static Voter voter(String text) {
        Matcher matcher = VOTER.matcher(text);
        Optional<HostPort> at = matcher.matches() ? HostPort.parse(matcher.group(2)) : Optional.empty();
        try {
            if (at.isPresent() && !at.get().isEveryAddress() && at.get().port() > 0) {
                Uuid directory = Uuid.fromString(matcher.group(3));
                if (!Uuid.RESERVED.contains(directory)) {
                    return new Voter(Integer.parseInt(matcher.group(1)), directory, at.get());
                }
            }
        } catch (IllegalArgumentException e) {
            throw new Failure(form(text), e);
        }
        throw new Failure(form(text));
    }

    private static String form(String text) {
        return "'" + text
                + "' is not of the form ID@HOST:PORT:DIRECTORY-ID; kurier storage id makes up a directory's id";
    }

    private static HostPort named(HostPort at) {
        try {
            return at.isEveryAddress() ? new HostPort(InetAddress.getLocalHost().getHostName(), at.port()) : at;
        } catch (UnknownHostException e) {
            throw new Failure("This machine does not know its own name; name a host in advertised.listeners", e);
        }
    }
}
