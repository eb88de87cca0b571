package io.kurier.cluster.config.definition;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// docs/configuration.md says what the tables of settings say.
class ConfigurationPageTest {
    private static final Pattern MAIN = Pattern.compile("\\| `([a-z.]+)` \\| ([^|]*?) ?\\| (file|running) \\| .*");
    private static final Pattern TOPIC = Pattern.compile("\\| `([a-z.]+)` \\| (`[^|]*`) \\|");

    @Test
    void theMainSettingsHaveAnEffectAndTheDefaultsThatThePageNames() throws Exception {
        int rows = 0;
        for (String line : page()) {
            Matcher row = MAIN.matcher(line);
            if (!row.matches()) continue;
            rows++;
            Setting setting = Settings.BROKER.get(row.group(1));
            assertThat(setting.effect()).as(setting.name()).isEqualTo(Effect.HONOURED);
            assertThat(row.group(2).replace("**", "").strip())
                    .as(setting.name())
                    .isEqualTo(Objects.requireNonNullElse(setting.defaultValue(), ""));
            assertThat(row.group(3))
                    .as(setting.name())
                    .isEqualTo(setting.update() == Update.READ_ONLY ? "file" : "running");
        }
        assertThat(rows).isBetween(30, 45);
    }

    @Test
    void aTopicsSettingsComeFromWhereThePageSays() throws Exception {
        int rows = 0;
        for (String line : page()) {
            Matcher row = TOPIC.matcher(line);
            if (!row.matches()) continue;
            rows++;
            List<String> names = Settings.TOPIC.get(row.group(1)).brokerNames().stream()
                    .map(name -> "`" + name.name() + "`")
                    .toList();
            assertThat(row.group(2)).isEqualTo(String.join(", ", names));
        }
        long honoured = Settings.TOPIC.all().stream()
                .filter(setting -> setting.effect() == Effect.HONOURED
                        && !setting.brokerNames().isEmpty())
                .count();
        assertThat((long) rows).isEqualTo(honoured);
    }

    private static List<String> page() throws IOException {
        return Files.readAllLines(Path.of(System.getProperty("kurier.root", ".."), "docs", "configuration.md"));
    }
}
