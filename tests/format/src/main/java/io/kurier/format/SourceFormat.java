package io.kurier.format;

import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.FormatterException;
import com.palantir.javaformat.java.JavaFormatterOptions;

/// The one layout of Java sources: Palantir style (4 spaces, 120 columns), imports in order and none unused, comments
/// filled up to the margin.
///
/// The formatter never sees a `///` comment, but a short placeholder for each of its lines: it takes such comments for
/// one token and would break their long lines without a new `///`.
final class SourceFormat {
    private final Formatter formatter = Formatter.createFormatter(JavaFormatterOptions.builder()
            .style(JavaFormatterOptions.Style.PALANTIR)
            .formatJavadoc(false)
            .build());

    /// The source as it must be laid out; formatting that again changes nothing.
    ///
    /// @throws FormatterException if it is not Java
    String format(String source) throws FormatterException {
        MarkdownComments comments = MarkdownComments.hide(formatter.fixImports(source));
        return CommentWrapping.wrap(comments.reveal(formatter.formatSource(comments.source())));
    }
}
