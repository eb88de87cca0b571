package io.kurier.cli.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.util.List;
import org.junit.jupiter.api.Test;

class SettingsTest {
    @Test
    void valuesMayBeEmptyAndHoldEqualsSigns() {
        assertThat(Settings.parse(List.of("a=1", "b=", "c=x=y")))
                .containsExactly(entry("a", "1"), entry("b", ""), entry("c", "x=y"));
    }

    @Test
    void aWordWithoutKeyOrEqualsSignIsNamed() {
        assertThatThrownBy(() -> Settings.parse(List.of("a=1", "retention")))
                .hasMessage("'retention' is not KEY=VALUE");
        assertThatThrownBy(() -> Settings.parse(List.of("=1"))).hasMessage("'=1' is not KEY=VALUE");
    }
}
