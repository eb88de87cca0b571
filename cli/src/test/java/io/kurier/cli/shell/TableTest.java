package io.kurier.cli.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void numbersGoRightAndWordsLeft() {
        Table table = new Table("topic", "log end", "replicas")
                .row("words", 7L, List.of(1, 2))
                .row("b", 12_345L, List.of());

        assertThat(table.text()).isEqualTo("""
            TOPIC  LOG END  REPLICAS
            words        7  1,2
            b        12345  -
            """);
    }

    @Test
    void nothingIsADashAndKeepsAColumnNumeric() {
        assertThat(new Table("a", "lag").row("x", null).row("y", 10).text()).isEqualTo("""
            A  LAG
            x    -
            y   10
            """);
    }

    @Test
    void scriptsGetObjectsWithCamelCaseKeys() {
        Table table = new Table("topic", "log end").row("words", 7L).row("b", null);

        assertThat(Output.toJson(table.objects()))
                .isEqualTo("[{\"topic\":\"words\",\"logEnd\":7},{\"topic\":\"b\",\"logEnd\":null}]");
    }

    @Test
    void aRowHasAsManyCellsAsThereAreColumns() {
        assertThatThrownBy(() -> new Table("a", "b").row(1)).hasMessage("1 cells for 2 columns");
    }
}
