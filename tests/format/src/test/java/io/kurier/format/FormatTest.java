package io.kurier.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FormatTest {
    @Test
    void everySourceIsFormatted() throws Exception {
        assertThat(FormatSources.run(Path.of(System.getProperty("kurier.root")), false))
                .as("sources that bin/format would change")
                .isEmpty();
    }

    @Test
    void aBadlyLaidOutSourceIsNamedAndRewrittenOnce(@TempDir Path root) throws Exception {
        Path source = root.resolve("A.java");
        Files.writeString(source, "class A {\n  int  a ;\n}\n");

        assertThat(FormatSources.run(root, false)).containsExactly("A.java");
        assertThat(FormatSources.run(root, true)).containsExactly("A.java");
        assertThat(Files.readString(source)).isEqualTo("class A {\n    int a;\n}\n");
        assertThat(FormatSources.run(root, false)).isEmpty();
    }

    @Test
    void longCommentsAreRefilledAndCodeInThemIsNot() throws Exception {
        String source =
                """
                /// %s
                /// tail of the paragraph
                ///
                /// - %s
                ///
                /// ```
                /// int  x;
                /// ```
                /// | a | b |
                class A {}
                """.formatted("word ".repeat(24).strip(), "item ".repeat(24).strip());

        String formatted = new SourceFormat().format(source);

        assertThat(formatted.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(120));
        assertThat(formatted)
                .contains("word word\n/// word tail of the paragraph\n///\n/// - item")
                .contains("item\n///   item\n///\n/// ```\n/// int  x;\n/// ```\n/// | a | b |\nclass A {}\n");
        assertThat(new SourceFormat().format(formatted)).isEqualTo(formatted);
    }

    /// The formatter on its own takes a `///` comment for one token and breaks its later lines before the margin,
    /// without a new `///`.
    @Test
    void laterLinesOfAnIndentedCommentStayComments() throws Exception {
        String source = """
                class A {
                    /// First.
                    ///
                    /// %s
                    void a() {
                        // @0@ is no placeholder
                        String text = \"\"\"
                            /// no comment
                            \"\"\";
                    }
                }
                """.formatted("word ".repeat(22).strip());

        assertThat(new SourceFormat().format(source)).isEqualTo(source);
    }
}
