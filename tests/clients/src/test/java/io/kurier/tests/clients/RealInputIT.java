package io.kurier.tests.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// At least 500,000 records of real text go in and come out identical and in order, through every client and codec,
/// crossed: each producing client writes its share with each codec, each consuming client reads all of it back.
/// `-Dkurier.records=N` makes a smaller run.
class RealInputIT {
    private static final int RECORDS = Integer.getInteger("kurier.records", 510_000);

    @TempDir
    static Path slices;

    private static Matrix matrix;
    private static NodeUnderTest node;

    @BeforeAll
    static void fill() throws Exception {
        Optional<List<TextRecord>> text = RealText.records(RECORDS);
        assumeTrue(text.isPresent(), "no word list (wamerican) or no src.zip in the JDK");
        node = NodeUnderTest.start();
        matrix = new Matrix(node.bootstrapServers(), Clients.all(), text.orElseThrow(), slices);
    }

    @AfterAll
    static void stop() throws Exception {
        if (matrix != null) {
            System.out.printf("%,d records of real text: %s%n", matrix.total(), matrix.timings());
        }
        if (node != null) {
            node.close();
        }
    }

    static Stream<Matrix.Cell> cells() throws Exception {
        return Matrix.cells(Clients.all()).stream();
    }

    static Stream<Matrix.Crossing> crossings() throws Exception {
        return Matrix.crossings(Clients.all()).stream();
    }

    @ParameterizedTest
    @MethodSource("cells")
    void acknowledgesEveryRecord(Matrix.Cell cell) {
        cell.producer().missing(cell.codec()).ifPresent(missing -> assumeTrue(false, missing));
        assertThat(matrix.written(cell)).isEqualTo(matrix.expectedWritten(cell));
    }

    @ParameterizedTest
    @MethodSource("crossings")
    void givesBackEveryRecord(Matrix.Crossing crossing) throws Exception {
        crossing.missing().ifPresent(missing -> assumeTrue(false, missing));
        assertThat(matrix.readBack(crossing)).isEqualTo(matrix.expectedReadBack(crossing.cell()));
    }

    @Test
    void nothingElseIsInTheTopics() throws Exception {
        assertThat(matrix.latestOffsets()).containsExactlyInAnyOrderElementsOf(matrix.expectedLatestOffsets());
        assertThat(matrix.total()).isEqualTo(RECORDS);
    }
}
