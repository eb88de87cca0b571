package io.kurier.format;

import com.palantir.javaformat.java.FormatterException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/// Formats all Java sources below a folder, or names those that are not formatted. What `bin/format` runs.
public final class FormatSources {
    private static final Set<String> FOREIGN = Set.of("target", ".git", "node_modules", "kurier-data");

    private FormatSources() {}

    /// `FormatSources ROOT [--check] [FOLDER...]`: all sources, or those below folders of the root. Exits with 1 when
    /// something could not be formatted, or with `--check` differs.
    public static void main(String[] args) throws IOException {
        Path root = Path.of(args[0]);
        boolean check = args.length > 1 && args[1].equals("--check");
        List<String> folders = List.of(args).subList(check ? 2 : 1, args.length);
        List<String> found = new ArrayList<>();
        for (String folder : folders.isEmpty() ? List.of("") : folders) {
            found.addAll(run(root.resolve(folder), !check));
        }
        found.forEach(System.out::println);
        if (check && !found.isEmpty()) {
            System.exit(1);
        }
    }

    /// The sources below `root` that are not laid out as they must be, as relative paths in order; rewritten if
    /// `rewrite`. A source that does not parse is in the list with the place, and stays as it is.
    public static List<String> run(Path root, boolean rewrite) throws IOException {
        List<String> found = Collections.synchronizedList(new ArrayList<>());
        SourceFormat format = new SourceFormat();
        sources(root).parallelStream().forEach(path -> {
            try {
                String source = Files.readString(path);
                String formatted = format.format(source);
                if (!formatted.equals(source)) {
                    found.add(root.relativize(path).toString());
                    if (rewrite) {
                        Files.writeString(path, formatted);
                    }
                }
            } catch (FormatterException e) {
                found.add(root.relativize(path) + ": " + e.getMessage());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return found.stream().sorted().toList();
    }

    private static List<Path> sources(Path root) throws IOException {
        List<Path> sources = new ArrayList<>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return FOREIGN.contains(folder.getFileName().toString())
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.toString().endsWith(".java")) {
                    sources.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return sources;
    }
}
