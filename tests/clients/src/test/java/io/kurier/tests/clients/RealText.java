package io.kurier.tests.clients;

import io.kurier.tests.clients.TextRecord.TextHeader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/// The real text that goes through every client: Debian's word list, then the sources of the running JDK, line by line.
/// The same machine gives the same records each time. Some keys and values are null, some values empty; zero to three
/// headers each, some with a null value; timestamps of their own, long ago and not all in order.
final class RealText {
    static final int PARTITIONS = 2;
    private static final List<Path> WORDS =
            List.of(Path.of("/usr/share/dict/american-english"), Path.of("/usr/share/dict/words"));
    private static final long START_MS = 1_000_000_000_000L; // 9 September 2001

    private final int limit;
    private final List<TextRecord> records = new ArrayList<>();

    private RealText(int limit) {
        this.limit = limit;
    }

    /// The first `limit` records, or empty where this machine lacks the texts.
    static Optional<List<TextRecord>> records(int limit) throws IOException {
        Optional<Path> words = WORDS.stream().filter(Files::isReadable).findFirst();
        Path sources = Path.of(System.getProperty("java.home"), "lib", "src.zip");
        if (words.isEmpty() || !Files.isReadable(sources)) {
            return Optional.empty();
        }
        var text = new RealText(limit);
        text.addWords(words.get());
        text.addSources(sources);
        return Optional.of(text.records);
    }

    private void addWords(Path file) throws IOException {
        try (Stream<String> words = Files.lines(file)) {
            // A fifth of all at most, so that small runs have sources as well.
            words.limit(limit / 5).forEach(word -> add(word.substring(0, 1), word, "words"));
        }
    }

    private void addSources(Path zip) throws IOException {
        try (var sources = new ZipFile(zip.toFile())) {
            for (ZipEntry entry : sources.stream().toList()) {
                if (records.size() == limit) {
                    return;
                }
                try (var lines = new BufferedReader(
                        new InputStreamReader(sources.getInputStream(entry), StandardCharsets.UTF_8))) {
                    lines.lines().limit(limit - records.size()).forEach(line -> add(entry.getName(), line, "source"));
                }
            }
        }
    }

    private void add(String key, String value, String origin) {
        int n = records.size();
        @Nullable String keyOrNull = n % 5 == 0 ? null : key;
        @Nullable String valueOrNull = n % 11 == 0 ? null : value;
        long timestampMs = START_MS + 17L * (n ^ 1);
        records.add(new TextRecord(n % 7 % PARTITIONS, timestampMs, keyOrNull, valueOrNull, headers(n, origin)));
    }

    private static List<TextHeader> headers(int n, String origin) {
        var all = List.of(
                new TextHeader("origin", origin),
                new TextHeader("number", Integer.toString(n)),
                new TextHeader("größe", n % 3 == 0 ? null : ""));
        return all.subList(0, n % 4);
    }
}
