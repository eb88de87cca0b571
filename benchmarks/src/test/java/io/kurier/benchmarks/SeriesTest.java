package io.kurier.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.benchmarks.node.Nodes;
import io.kurier.benchmarks.node.PageCache;
import io.kurier.benchmarks.node.Side;
import io.kurier.benchmarks.report.Measure;
import io.kurier.benchmarks.report.Measure.Better;
import io.kurier.benchmarks.report.Results;
import io.kurier.benchmarks.scenario.Lab;
import io.kurier.benchmarks.scenario.Scenario;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeriesTest {
    /// A scenario that needs no node; it fails on one side if told so.
    private record Pretended(String name, boolean failsOnKafka) implements Scenario {
        @Override
        public String description() {
            return "";
        }

        @Override
        public int roundSeconds() {
            return 1;
        }

        @Override
        public void run(Lab lab, Side side, int round) throws IOException {
            if (failsOnKafka && side == Side.KAFKA) {
                throw new IOException("it is broken\nand says more");
            }
            lab.results().add(new Measure(name, "", "s", Better.LESS, side, round));
        }
    }

    @Test
    void aFailureIsNotedAndTheRestGoesOn(@TempDir Path folder) throws IOException {
        List<Scenario> scenarios = List.of(new Pretended("bad", true), new Pretended("good", false));
        Path kept = folder.resolve("results.json");
        boolean whole;
        try (var nodes = new Nodes(folder, folder.resolve("nodes"));
                var cache = new PageCache(false)) {
            var plan = new Plan(List.of(new Plan.Entry("bad", 1, 1), new Plan.Entry("good", 2, 1)), 60);
            var lab = new Lab(nodes, cache, new Results(), true, Lab.NONE);
            whole = new Series(scenarios, List.of(Side.values()), kept).run(plan, lab);
        }
        assertThat(whole).isFalse();
        var read = new Results();
        read.read(kept);
        assertThat(read.failures()).containsExactly("bad, round 1, Apache Kafka: it is broken");
        assertThat(read.rounds()).containsOnlyKeys("good").containsEntry("good", 2);
        assertThat(read.rows()).extracting(row -> row.scenario()).containsExactly("bad", "good");
        assertThat(read.rows().getLast().kafka()).isEqualTo(1.5);
    }
}
