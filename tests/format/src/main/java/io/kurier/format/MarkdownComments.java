package io.kurier.format;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A source whose lines of `///` comments are replaced by placeholders, and these lines.
///
/// @param source with `//@0@`, `//@1@`, ... instead of the lines
/// @param lines from `///` on, by number
record MarkdownComments(String source, List<String> lines) {
    private static final Pattern COMMENT = Pattern.compile("^(\\s*)(///.*)$");
    private static final Pattern PLACEHOLDER = Pattern.compile("(?m)^(\\s*)// ?@(\\d+)@$");

    /// Takes the comments out. What looks like one inside a text block stays.
    static MarkdownComments hide(String source) {
        List<String> lines = new ArrayList<>();
        StringBuilder hidden = new StringBuilder();
        boolean inTextBlock = false;
        String[] all = source.split("\n", -1);
        for (int i = 0; i < all.length; i++) {
            Matcher comment = COMMENT.matcher(all[i]);
            if (!inTextBlock && comment.matches()) {
                hidden.append(comment.group(1))
                        .append("//@")
                        .append(lines.size())
                        .append('@');
                lines.add(comment.group(2).stripTrailing());
            } else {
                hidden.append(all[i]);
                inTextBlock ^= CommentWrapping.opensOrClosesTextBlock(all[i]);
            }
            hidden.append(i + 1 < all.length ? "\n" : "");
        }
        return new MarkdownComments(hidden.toString(), List.copyOf(lines));
    }

    /// Puts the comments back where their placeholders stand now.
    String reveal(String formatted) {
        return PLACEHOLDER
                .matcher(formatted)
                .replaceAll(found ->
                        Matcher.quoteReplacement(found.group(1) + lines.get(Integer.parseInt(found.group(2)))));
    }
}
