package io.kurier.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PropertyFileTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n\n",
                "a=b",
                "a = b ",
                "a:b\r\nc d\rlog.dirs   :   /x",
                "# comment\\\na=1\n  ! another = 2",
                "a=1,\\\n   2,\\\n\t3\nb=4",
                "a\\ b\\=c = d\\:e",
                "path=C:\\\\data\\\\kafka",
                "tab=\\t|\\n|\\r|\\f|\\q|\\\"",
                "umlaut=\\u00e4\\u00C4",
                "empty=\nkey",
                "=nameless",
                "a=1\\\\\nb=2",
                "a=1\\",
                "a==b",
                "\\\na=1",
                "a=x\\\n\nb=y",
                "a=x\\\n# not a comment\nb=y",
                "   \t indented = yes",
            })
    void readsWhatJavaReads(String text) throws IOException {
        assertThat(parsed(text)).isEqualTo(byJava(text));
    }

    @Test
    void readsRandomTextsAsJavaDoes() throws IOException {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        String alphabet = "ab=: \t\\\n\r#!,u0";
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(40); i > 0; i--)
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            Object java;
            try {
                java = byJava(text.toString());
            } catch (IllegalArgumentException malformed) {
                java = "malformed";
            }
            Object ours;
            try {
                ours = parsed(text.toString());
            } catch (IllegalArgumentException malformed) {
                ours = "malformed";
            }
            assertThat(ours)
                    .as(
                            "-Dseed=%d, text: %s",
                            seed, text.toString().replace("\n", "<LF>").replace("\r", "<CR>"))
                    .isEqualTo(java);
        }
    }

    @Test
    void knowsTheLineOfEachEntry() {
        assertThat(PropertyFile.parse("# one\n\na=1,\\\n 2\r\nb=2\rc=3"))
                .containsExactly(
                        new PropertyFile.Entry("a", "1,2", 3),
                        new PropertyFile.Entry("b", "2", 5),
                        new PropertyFile.Entry("c", "3", 6));
    }

    @Test
    void namesTheLineOfAMalformedEscape() {
        assertThatThrownBy(() -> PropertyFile.parse("a=1\nb=\\u12x4"))
                .hasMessage("line 2: \\u needs four hexadecimal digits");
    }

    private static Map<String, String> parsed(String text) {
        Map<String, String> all = new LinkedHashMap<>();
        PropertyFile.parse(text).forEach(entry -> all.put(entry.key(), entry.value()));
        return all;
    }

    private static Map<String, String> byJava(String text) throws IOException {
        Properties properties = new Properties();
        properties.load(new StringReader(text));
        Map<String, String> all = new LinkedHashMap<>();
        properties.stringPropertyNames().forEach(name -> all.put(name, properties.getProperty(name)));
        return all;
    }
}
