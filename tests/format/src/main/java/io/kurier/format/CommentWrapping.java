package io.kurier.format;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Refills the paragraphs of `///` comments that have a line beyond the margin. Paragraphs without one stay as they are
/// written; so do fenced code, tables, headings and indented blocks.
final class CommentWrapping {
    private static final int MARGIN = 120;
    private static final Pattern COMMENT = Pattern.compile("^(\\s*)///( ?)(.*)$");
    private static final Pattern ITEM = Pattern.compile("^(\\s*)([-*+] |\\d+[.)] |@\\w+ )");

    private CommentWrapping() {}

    /// The source with its too long comment paragraphs refilled. Never changes a line that is not a `///` comment.
    static String wrap(String source) {
        List<String> out = new ArrayList<>();
        List<String> block = new ArrayList<>();
        String indent = "";
        boolean inTextBlock = false;
        for (String line : source.split("\n", -1)) {
            Matcher comment = COMMENT.matcher(line);
            if (!inTextBlock && comment.matches()) {
                if (!block.isEmpty() && !indent.equals(comment.group(1))) {
                    out.addAll(refill(block, indent));
                    block.clear();
                }
                indent = comment.group(1);
                block.add(comment.group(3));
                continue;
            }
            out.addAll(refill(block, indent));
            block.clear();
            out.add(line);
            inTextBlock ^= opensOrClosesTextBlock(line);
        }
        out.addAll(refill(block, indent));
        return String.join("\n", out);
    }

    /// Whether a line that is no comment leaves a text block open that was not, or the other way round.
    static boolean opensOrClosesTextBlock(String line) {
        return count(line, "\"\"\"") % 2 == 1;
    }

    private static List<String> refill(List<String> block, String indent) {
        List<String> out = new ArrayList<>();
        boolean fenced = false;
        int from = 0;
        while (from < block.size()) {
            String first = block.get(from);
            boolean fence = first.strip().startsWith("```");
            if (fence || fenced || isVerbatim(first)) {
                out.add(lineOf(indent, first));
                fenced ^= fence;
                from++;
                continue;
            }
            int to = from + 1;
            while (to < block.size() && continues(block.get(to))) {
                to++;
            }
            out.addAll(paragraph(block.subList(from, to), indent));
            from = to;
        }
        return out;
    }

    private static boolean isVerbatim(String text) {
        return text.isBlank()
                || text.startsWith("    ")
                || text.strip().startsWith("|")
                || text.strip().startsWith("#");
    }

    private static boolean continues(String text) {
        return !text.isBlank()
                && !text.strip().startsWith("```")
                && !text.strip().startsWith("|")
                && !text.strip().startsWith("#")
                && !ITEM.matcher(text).find();
    }

    private static List<String> paragraph(List<String> lines, String indent) {
        int width = MARGIN - indent.length() - "/// ".length();
        if (lines.stream().allMatch(line -> line.length() <= width)) {
            return lines.stream().map(line -> lineOf(indent, line)).toList();
        }
        String first = lines.getFirst();
        Matcher item = ITEM.matcher(first);
        String hanging = " ".repeat(!item.find() ? leading(first) : first.startsWith("@") ? 4 : item.end());
        List<String> out = new ArrayList<>();
        StringBuilder current = new StringBuilder(" ".repeat(leading(first)));
        boolean empty = true;
        for (String word : String.join(" ", lines).strip().split("\\s+", -1)) {
            if (!empty && current.length() + 1 + word.length() > width) {
                out.add(lineOf(indent, current.toString()));
                current = new StringBuilder(hanging);
                empty = true;
            }
            current.append(empty ? "" : " ").append(word);
            empty = false;
        }
        out.add(lineOf(indent, current.toString()));
        return out;
    }

    private static int leading(String text) {
        return text.length() - text.stripLeading().length();
    }

    private static String lineOf(String indent, String text) {
        return text.isEmpty() ? indent + "///" : indent + "/// " + text;
    }

    private static int count(String line, String what) {
        int count = 0;
        for (int at = line.indexOf(what); at >= 0; at = line.indexOf(what, at + what.length())) {
            count++;
        }
        return count;
    }
}
