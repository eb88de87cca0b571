package io.kurier.architecture;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/// The files of the repository, as the rules about sources see them. Folders that the build makes are left out.
final class SourceTree {
    /// The folder that holds the root pom.
    static final Path ROOT = Path.of(System.getProperty("kurier.root"));

    private static final Set<String> FOREIGN = Set.of("target", ".git", ".idea", "node_modules", "kurier-data");

    private SourceTree() {}

    /// All files, relative to the root, in order.
    static List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return FOREIGN.contains(folder.getFileName().toString())
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (!FOREIGN.contains(file.getFileName().toString())) {
                    files.add(ROOT.relativize(file));
                }
                return FileVisitResult.CONTINUE;
            }
        });
        files.sort(null);
        return files;
    }

    /// The Java sources, relative to the root.
    static List<Path> javaFiles() throws IOException {
        return files().stream()
                .filter(file -> file.toString().endsWith(".java"))
                .toList();
    }

    /// Whether a source is shipped, as opposed to a test and what only tests use.
    static boolean isMain(Path file) {
        return file.toString().contains("src/main/") && !file.startsWith("tests") && !file.startsWith("testkit");
    }

    static List<String> lines(Path file) throws IOException {
        return Files.readAllLines(ROOT.resolve(file), StandardCharsets.UTF_8);
    }

    /// The sources parsed, not resolved: a rule sees what is written.
    static List<Parsed> parse(List<Path> javaFiles) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (var manager = compiler.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8)) {
            var units = manager.getJavaFileObjectsFromPaths(
                    javaFiles.stream().map(ROOT::resolve).toList());
            JavacTask task = (JavacTask) compiler.getTask(null, manager, diagnostic -> {}, null, null, units);
            DocTrees trees = DocTrees.instance(task);
            List<Parsed> parsed = new ArrayList<>();
            for (CompilationUnitTree unit : task.parse()) {
                parsed.add(
                        new Parsed(ROOT.relativize(Path.of(unit.getSourceFile().toUri())), unit, trees));
            }
            return parsed;
        }
    }

    /// One parsed source.
    record Parsed(Path file, CompilationUnitTree unit, DocTrees trees) {
        /// `file:line` of a node.
        String at(Tree tree) {
            return file + ":" + firstLine(tree);
        }

        long firstLine(Tree tree) {
            return lineMap().getLineNumber(trees.getSourcePositions().getStartPosition(unit, tree));
        }

        long lastLine(Tree tree) {
            return lineMap().getLineNumber(trees.getSourcePositions().getEndPosition(unit, tree));
        }

        private LineMap lineMap() {
            return unit.getLineMap();
        }
    }
}
