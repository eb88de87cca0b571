package io.kurier.log.file;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/// How the files of a partition's folder are named: a base offset of twenty digits, and a suffix that tells the kind.
public final class SegmentNames {
    public static final String LOG = ".log";
    public static final String INDEX = ".index";
    public static final String TIME_INDEX = ".timeindex";
    public static final String TXN_INDEX = ".txnindex";
    public static final String SNAPSHOT = ".snapshot";
    /// Put behind the name of a file that is to go.
    public static final String DELETED = ".deleted";
    /// Put behind the name of a file that compaction was writing.
    public static final String CLEANED = ".cleaned";
    /// Put behind the name of a file that compaction had written and was putting in its place.
    public static final String SWAP = ".swap";

    /// The kinds of files that a segment has, the log last: while it is there, so is the segment.
    public static final List<String> KINDS = List.of(INDEX, TIME_INDEX, TXN_INDEX, LOG);

    private static final int DIGITS = 20;

    private SegmentNames() {}

    /// The file of a kind that begins at an offset.
    public static Path file(Path folder, long offset, String suffix) {
        String digits = Long.toString(offset);
        return folder.resolve("0".repeat(DIGITS - digits.length()) + digits + suffix);
    }

    /// The offset in the name of a file of that kind; empty if it is another file.
    public static OptionalLong offset(Path file, String suffix) {
        String name = file.getFileName().toString();
        if (name.length() != DIGITS + suffix.length() || !name.endsWith(suffix)) {
            return OptionalLong.empty();
        }
        for (int i = 0; i < DIGITS; i++) {
            if (name.charAt(i) < '0' || name.charAt(i) > '9') {
                return OptionalLong.empty();
            }
        }
        try {
            return OptionalLong.of(Long.parseLong(name, 0, DIGITS, 10));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
