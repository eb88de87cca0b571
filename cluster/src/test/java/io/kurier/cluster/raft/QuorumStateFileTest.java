package io.kurier.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.kernel.Clock;
import io.kurier.kernel.WholeFiles;
import io.kurier.testkit.SimDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.raft.ElectionState;
import org.apache.kafka.raft.ReplicaKey;
import org.apache.kafka.server.common.KRaftVersion;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuorumStateFileTest {
    private static final Path FOLDER = Path.of("/data");

    private final SimDisk disk = new SimDisk(Clock.system(), 1);
    private final QuorumStateFile file = new QuorumStateFile(disk, FOLDER);

    @BeforeEach
    void makeFolder() throws IOException {
        disk.createDirectories(FOLDER);
        disk.syncDirectory(Path.of("/"));
    }

    private String content() throws IOException {
        return new String(disk.bytes(file.path()), StandardCharsets.UTF_8);
    }

    private void write(String json) throws IOException {
        WholeFiles.writeAtomically(disk, file.path(), json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aNewNodeHasNone() {
        assertThat(file.readElectionState()).isEmpty();
        assertThat(file.exists()).isFalse();
    }

    @Test
    void aVoteIsDurableInKafkasFormat() throws IOException {
        Uuid directory = new Uuid(1, 2);
        ElectionState voted = ElectionState.withVotedCandidate(7, ReplicaKey.of(3, directory), Set.of(3));
        file.writeElectionState(voted, KRaftVersion.KRAFT_VERSION_1);
        assertThat(content())
                .isEqualTo("{\"leaderId\":-1,\"leaderEpoch\":7,\"votedId\":3,\"votedDirectoryId\":\"" + directory
                        + "\",\"data_version\":1}");
        disk.powerLoss();
        disk.reboot();
        assertThat(file.readElectionState()).hasValueSatisfying(state -> {
            assertThat(state.epoch()).isEqualTo(7);
            assertThat(state.votedKey()).isEqualTo(ReplicaKey.of(3, directory));
            assertThat(state.hasLeader()).isFalse();
        });
    }

    @Test
    void theFormatOfKraftVersion0IsKept() throws IOException {
        String kafkas = "{\"clusterId\":\"\",\"leaderId\":1,\"leaderEpoch\":4,\"votedId\":-1,\"appliedOffset\":0,"
                + "\"currentVoters\":[{\"voterId\":1},{\"voterId\":2}],\"data_version\":0}";
        write(kafkas);
        ElectionState state = file.readElectionState().orElseThrow();
        assertThat(state.leaderId()).isEqualTo(1);
        assertThat(state).isEqualTo(ElectionState.withElectedLeader(4, 1, Optional.empty(), Set.of(1, 2)));
        file.writeElectionState(
                ElectionState.withElectedLeader(4, 1, Optional.empty(), Set.of(1)), KRaftVersion.KRAFT_VERSION_0);
        assertThat(content())
                .isEqualTo("{\"clusterId\":\"\",\"leaderId\":1,\"leaderEpoch\":4,\"votedId\":-1,\"appliedOffset\":0,"
                        + "\"currentVoters\":[{\"voterId\":1}],\"data_version\":0}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "{\"data_version\":2,\"leaderId\":1,\"leaderEpoch\":1,\"votedId\":-1}",
                "{\"data_version\":1,\"leaderId\":1,\"leaderEpoch\":1}",
                "{\"data_version\":1,\"leaderId\":99999999999,\"leaderEpoch\":1,\"votedId\":-1}",
            })
    void damageIsNamed(String json) throws IOException {
        write(json);
        assertThatThrownBy(file::readElectionState).hasMessageContaining("quorum-state");
    }
}
