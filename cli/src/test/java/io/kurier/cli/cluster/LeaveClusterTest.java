package io.kurier.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

/// How many vote when a node has left.
class LeaveClusterTest {
    @Test
    void theNodeThatLeavesDoesNotCountWhetherItIsKnownOrNot() {
        assertThat(LeaveCluster.mostVoters(Set.of(2, 3), 1)).isEqualTo(1);
        assertThat(LeaveCluster.mostVoters(Set.of(1, 2, 3), 1))
                .as("the node that was asked has not heard of it")
                .isEqualTo(1);
        assertThat(LeaveCluster.mostVoters(Set.of(1, 2, 3, 4), 4)).isEqualTo(3);
        assertThat(LeaveCluster.mostVoters(Set.of(1, 2, 3, 4, 5, 6, 7, 8), 8)).isEqualTo(5);
    }
}
