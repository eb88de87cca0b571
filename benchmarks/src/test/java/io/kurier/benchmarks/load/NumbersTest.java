package io.kurier.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.benchmarks.load.Numbers.Verdict;
import org.junit.jupiter.api.Test;

/// What is said about numbers that were read.
class NumbersTest {
    private static Verdict verdict(int acknowledged, int... read) {
        var numbers = new Numbers(2);
        for (int number = 0; number < acknowledged; number++) {
            numbers.read(0, number, number);
        }
        for (int offset = 0; offset < read.length; offset++) {
            numbers.read(1, read[offset], offset);
        }
        return numbers.verdict(acknowledged);
    }

    @Test
    void allInOrder() {
        assertThat(verdict(4, 0, 1, 2, 3)).isEqualTo(new Verdict(8, 0, 0, 0, null));
        assertThat(verdict(3, 0, 1, 2, 3).isClean())
                .as("more than was acknowledged is no fault")
                .isTrue();
    }

    @Test
    void lostInTheMiddleOrAtTheEnd() {
        assertThat(verdict(4, 0, 2, 3)).isEqualTo(new Verdict(8, 1, 0, 0, "partition 1 has 2 at offset 1 behind 0"));
        assertThat(verdict(4, 0, 1)).isEqualTo(new Verdict(8, 2, 0, 0, "partition 1 ends at 1"));
    }

    @Test
    void doubled() {
        assertThat(verdict(3, 0, 1, 1, 2)).isEqualTo(new Verdict(6, 0, 1, 0, "partition 1 has 1 at offset 2 behind 1"));
    }

    @Test
    void behindLaterOnes() {
        assertThat(verdict(4, 2, 3, 0, 1))
                .isEqualTo(new Verdict(8, 0, 0, 2, "partition 1 has 2 at offset 0 behind -1"));
    }

    @Test
    void sums() {
        Verdict both = verdict(2, 0, 1).and(verdict(2, 0)).and(verdict(2, 1));
        assertThat(both).isEqualTo(new Verdict(12, 2, 0, 0, "partition 1 ends at 0"));
        assertThat(both.isClean()).isFalse();
    }
}
