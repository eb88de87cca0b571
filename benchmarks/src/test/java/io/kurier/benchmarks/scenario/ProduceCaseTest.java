package io.kurier.benchmarks.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.benchmarks.node.Side;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProduceCaseTest {
    @Test
    void roundsBeginWithDifferentCases() {
        List<ProduceCase> first = ProduceCase.ofRound(1);
        List<ProduceCase> second = ProduceCase.ofRound(2);
        assertThat(first).isEqualTo(ProduceCase.ALL_CASES);
        assertThat(second)
                .doesNotHaveDuplicates()
                .isSubsetOf(first)
                .hasSizeLessThan(first.size())
                .contains(first.getFirst());
        assertThat(second.indexOf(first.getFirst())).isBetween(3, second.size() - 3);
        assertThat(ProduceCase.ofRound(3).getFirst()).isNotIn(first.getFirst(), second.getFirst());
    }

    @Test
    void namesAreDistinctAndFsyncIsEvenOnlyWhereSaid() {
        assertThat(ProduceCase.ALL_CASES).extracting(ProduceCase::name).doesNotHaveDuplicates();
        for (ProduceCase each : ProduceCase.ALL_CASES) {
            assertThat(each.configs(Side.KAFKA).containsKey("flush.messages"))
                    .isEqualTo(each.name().endsWith("both fsync"));
            assertThat(each.configs(Side.KURIER).containsKey("kurier.durability"))
                    .isEqualTo(each.name().endsWith("no fsync"));
        }
    }

    @Test
    void lapsAreAlikeWithinATenth() {
        assertThat(WarmUp.alike(1.0, 1.09)).isTrue();
        assertThat(WarmUp.alike(1.09, 1.0)).isTrue();
        assertThat(WarmUp.alike(1.0, 1.2)).isFalse();
    }
}
