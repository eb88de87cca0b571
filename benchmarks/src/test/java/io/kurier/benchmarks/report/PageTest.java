package io.kurier.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.benchmarks.node.Side;
import io.kurier.benchmarks.report.Measure.Better;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.HdrHistogram.Histogram;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

class PageTest {
    private static Results results() {
        var results = new Results();
        results.fact("machine", "a test");
        for (double value : new double[] {500, 400, 300}) {
            results.add(new Measure("start", "empty", "first acknowledged ms", Better.LESS, Side.KURIER, value));
            results.add(new Measure("start", "empty", "first acknowledged ms", Better.LESS, Side.KAFKA, value * 3));
        }
        results.add(new Measure("produce", "1 KiB <none>", "MB/s", Better.MORE, Side.KURIER, 900));
        results.add(new Measure("produce", "1 KiB <none>", "MB/s", Better.MORE, Side.KAFKA, 300));
        var ns = new Histogram(3);
        for (int i = 1; i <= 1000; i++) {
            ns.recordValue(i * 1_000_000L);
        }
        results.add(new Measure("produce", "1 KiB <none>", "user s/GB", Better.NEITHER, Side.KAFKA, 1));
        results.latency("latency", "paced", Side.KURIER, ns);
        results.latency("latency", "paced", Side.KAFKA, ns);
        return results;
    }

    @Test
    void aRowHasMediansARatioAndASpread() {
        Row row = results().rows().getFirst();
        assertThat(row.kurier()).isEqualTo(400);
        assertThat(row.kafka()).isEqualTo(1200);
        assertThat(row.ratio()).isEqualTo(3);
        assertThat(row.spread()).isCloseTo(5.0 / 3, Offset.offset(1e-9));
        assertThat(row.target()).isEqualTo("4.00x");
        assertThat(results().rows().get(1).ratioText()).isEqualTo("3.00x");
    }

    @Test
    void percentilesAreMilliseconds() {
        List<Row> rows = results().rows();
        assertThat(rows).extracting(Row::metric).contains("p50 ms", "p99 ms", "p99.9 ms");
        assertThat(rows.get(4).metric()).isEqualTo("p99 ms");
        assertThat(rows.get(4).kurier()).isCloseTo(990, Offset.offset(1.0));
    }

    @Test
    void theTableIsLinedUp() {
        List<String> lines = Tables.text(results().rows()).lines().toList();
        int metric = lines.getFirst().indexOf("metric");
        assertThat(lines.get(1).substring(metric)).startsWith("first acknowledged ms");
        assertThat(lines.get(2).substring(metric)).startsWith("MB/s");
        assertThat(lines.get(1)).contains("3.00x", "4.00x", "no");
    }

    @Test
    void aPageKeepsWhatPeopleWrote(@TempDir Path docs) throws IOException {
        Page.write(docs, results(), Map.of("start", "How long."));
        Path page = docs.resolve("benchmarks.md");
        Files.writeString(page, Files.readString(page) + "\nStart is slow because of a test.\n");
        Page.write(docs, results(), Map.of());
        assertThat(page)
                .content()
                .contains(
                        "because of a test",
                        "## Against the targets",
                        "a test",
                        "<details>",
                        "| 1 KiB <none> | user s/GB |")
                .doesNotContain("How long.");
        assertThat(Files.readString(page).split("## Against", -1)).hasSize(2);
        Files.writeString(page, "no marks");
        assertThatThrownBy(() -> Page.write(docs, results(), Map.of())).hasMessageContaining("bench: begin");
    }

    @Test
    void drawingsAreXml() throws Exception {
        for (String svg :
                List.of(Charts.ratios(results().rows()), Charts.curves(results().curves()), Charts.ratios(List.of()))) {
            var document = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new InputSource(new StringReader(svg)));
            assertThat(document.getDocumentElement().getTagName()).isEqualTo("svg");
            assertThat(svg).contains("prefers-color-scheme: dark").doesNotContain("NaN");
        }
    }

    @Test
    void resultsAreReadAsTheyWereWritten(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("results.json");
        results().write(file);
        var read = new Results();
        read.read(file);
        assertThat(read.rows()).isEqualTo(results().rows());
        assertThat(read.curves()).isEqualTo(results().curves());
        assertThat(read.facts()).isEqualTo(results().facts());
    }

    @Test
    void aStepThatWasGivenUpIsMoreThanItsLimit() {
        var results = new Results();
        results.add(new Measure("partitions", "10", "create s", Better.LESS, Side.KURIER, 5));
        results.add(new Measure("partitions", "10", "create s", Better.LESS, Side.KAFKA, 150, true));
        results.add(new Measure("partitions", "10", "start after kill -9 ms", Better.LESS, Side.KURIER, 100, true));
        results.add(new Measure("partitions", "10", "start after kill -9 ms", Better.LESS, Side.KAFKA, 200));
        List<String> lines = Tables.markdown(results.rows()).lines().toList();
        assertThat(lines.get(2)).contains("| 5.00 | more than 150 | over 30.0x |");
        assertThat(lines.get(3)).contains("| more than 100 | 200 | - | under 2,000 ms | no |");
    }

    @Test
    void thePageSaysRoundsFailuresAndInnerParts(@TempDir Path folder) throws IOException {
        Path jmh = folder.resolve("micro.json");
        Files.writeString(jmh, """
                [{"benchmark": "io.kurier.InnerParts.checksum",
                  "primaryMetric": {"score": 6.5, "scoreError": 0.25, "scoreUnit": "us/op"}},
                 {"benchmark": "io.kurier.InnerParts.append",
                  "primaryMetric": {"score": 21.0, "scoreError": "NaN", "scoreUnit": "us/op"}}]
                """);
        Results results = results();
        results.round("start");
        results.round("start");
        results.failure("latency, round 1, Apache Kafka: took more than 300 s");
        results.innerParts(InnerPart.read(jmh));
        Path json = folder.resolve("results.json");
        results.write(json);
        var read = new Results();
        read.read(json);
        Page.write(folder, read, Map.of());
        assertThat(folder.resolve("benchmarks.md"))
                .content()
                .contains("- rounds: start 2", "- not finished: latency, round 1, Apache Kafka: took more than 300 s")
                .contains("## Inner parts", "| checksum | 6.50 | 0.250 | us/op |", "| append | 21.0 | - | us/op |");
        Files.writeString(jmh, "{}");
        assertThatThrownBy(() -> InnerPart.read(jmh)).hasMessageContaining("-rf json");
    }

    @Test
    void figuresOfAnOlderToolAreRead(@TempDir Path folder) throws IOException {
        Path old = folder.resolve("old.json");
        Files.writeString(old, """
                {"facts": {"machine": "old"}, "curves": [], "measures": [{"scenario": "start", "variant": "empty",
                 "metric": "s", "better": "LESS", "side": "KAFKA", "value": 2.0}]}
                """);
        Results results = results();
        results.read(old);
        assertThat(results.rows().getLast().kafka()).isEqualTo(2.0);
        assertThat(results.rounds()).isEmpty();
    }
}
