package io.kurier.benchmarks.scenario;

import io.kurier.benchmarks.micro.InnerParts;
import io.kurier.benchmarks.node.Side;
import io.kurier.benchmarks.report.InnerPart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// The steps inside our node, by JMH in processes of its own.
public final class Inner implements Scenario {
    @Override
    public String name() {
        return "inner";
    }

    @Override
    public String description() {
        return "JMH of the steps inside our node: decode, checksum, append, index look-up.";
    }

    @Override
    public int roundSeconds() {
        return 60;
    }

    @Override
    public List<Side> sides() {
        return List.of(Side.KURIER);
    }

    @Override
    public void run(Lab lab, Side side, int round) throws IOException {
        Path json = Files.createTempFile("bench-inner", ".json");
        try {
            ChainedOptionsBuilder options = new OptionsBuilder()
                    .include(InnerParts.class.getName())
                    .verbosity(VerboseMode.SILENT)
                    .shouldFailOnError(true)
                    .resultFormat(ResultFormatType.JSON)
                    .result(json.toString());
            if (lab.quick()) {
                options = options.forks(1)
                        .warmupIterations(1)
                        .measurementIterations(2)
                        .measurementTime(TimeValue.milliseconds(200))
                        .warmupTime(TimeValue.milliseconds(200));
            }
            new Runner(options.build()).run();
            List<InnerPart> parts = InnerPart.read(json);
            lab.results().innerParts(parts);
            parts.forEach(part -> lab.progress("  %-26s %.3f %s".formatted(part.name(), part.score(), part.unit())));
        } catch (RunnerException e) {
            throw new IOException("JMH failed: " + e.getMessage(), e);
        } finally {
            Files.deleteIfExists(json);
        }
    }
}
