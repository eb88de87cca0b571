package io.kurier.cluster.raft;

import io.kurier.kernel.Disk;
import io.kurier.kernel.WholeFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.raft.ElectionState;
import org.apache.kafka.raft.QuorumStateStore;
import org.apache.kafka.raft.generated.QuorumStateData;
import org.apache.kafka.server.common.KRaftVersion;

/// The file `quorum-state`: the epoch this node is in, whom it voted for, who leads. In Kafka's JSON, version 0 for
/// `kraft.version` 0 and version 1 for 1. It is durable before the engine acts on it: a node must not vote twice in one
/// epoch.
final class QuorumStateFile implements QuorumStateStore {
    static final String NAME = "quorum-state";

    private static final int MAX_BYTES = 1 << 20;

    private final Disk disk;
    private final Path path;

    QuorumStateFile(Disk disk, Path directory) {
        this.disk = disk;
        this.path = directory.resolve(NAME);
    }

    boolean exists() {
        return disk.exists(path);
    }

    @Override
    public Optional<ElectionState> readElectionState() {
        if (!disk.exists(path)) {
            return Optional.empty();
        }
        try {
            return Optional.of(ElectionState.fromQuorumStateData(
                    parse(new String(WholeFiles.read(disk, path, MAX_BYTES), StandardCharsets.UTF_8))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private QuorumStateData parse(String json) throws IOException {
        int version = number(json, "data_version");
        if (version != 0 && version != 1) {
            throw new IOException("cannot read " + path + ": it has version " + version + ", known are 0 and 1");
        }
        QuorumStateData data = new QuorumStateData()
                .setLeaderId(number(json, "leaderId"))
                .setLeaderEpoch(number(json, "leaderEpoch"))
                .setVotedId(number(json, "votedId"));
        if (version == 1) {
            data.setVotedDirectoryId(Uuid.fromString(text(json, "votedDirectoryId")));
        } else {
            List<QuorumStateData.Voter> voters = new ArrayList<>();
            Matcher matcher = field("voterId", "(-?\\d+)").matcher(json);
            while (matcher.find()) {
                voters.add(new QuorumStateData.Voter().setVoterId(Integer.parseInt(matcher.group(1))));
            }
            data.setCurrentVoters(voters);
        }
        return data;
    }

    private static Pattern field(String name, String value) {
        return Pattern.compile('"' + name + "\"\\s*:\\s*" + value);
    }

    private int number(String json, String name) throws IOException {
        try {
            return Integer.parseInt(find(json, name, "(-?\\d+)"));
        } catch (NumberFormatException e) {
            throw new IOException("cannot read " + path + ": " + name + " is out of range", e);
        }
    }

    private String text(String json, String name) throws IOException {
        return find(json, name, "\"([^\"]*)\"");
    }

    private String find(String json, String name, String value) throws IOException {
        Matcher matcher = field(name, value).matcher(json);
        if (!matcher.find()) {
            throw new IOException("cannot read " + path + ": " + name + " is missing");
        }
        return matcher.group(1);
    }

    @Override
    public void writeElectionState(ElectionState state, KRaftVersion kraftVersion) {
        short version = kraftVersion.quorumStateVersion();
        try {
            WholeFiles.writeAtomically(
                    disk,
                    path,
                    format(state.toQuorumStateData(version), version).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String format(QuorumStateData data, short version) {
        String common = "\"leaderId\":" + data.leaderId() + ",\"leaderEpoch\":" + data.leaderEpoch() + ",\"votedId\":"
                + data.votedId();
        if (version == 1) {
            return "{" + common + ",\"votedDirectoryId\":\"" + data.votedDirectoryId() + "\",\"data_version\":1}";
        }
        String voters = data.currentVoters().stream()
                .map(voter -> "{\"voterId\":" + voter.voterId() + "}")
                .collect(Collectors.joining(",", "[", "]"));
        return "{\"clusterId\":\"\"," + common + ",\"appliedOffset\":0,\"currentVoters\":" + voters
                + ",\"data_version\":0}";
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public void clear() {
        try {
            disk.delete(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
