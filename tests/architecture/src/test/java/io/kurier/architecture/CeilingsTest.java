package io.kurier.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.MethodTree;
import com.sun.source.util.TreeScanner;
import io.kurier.architecture.SourceTree.Parsed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// How large things may grow. A ceiling is raised for all with a reason, or the thing is split: nothing is exempt.
class CeilingsTest {
    private static final int MAIN_FILE = 400;
    private static final int ANY_FILE = 600;
    private static final int HANDLER = 150;
    private static final Set<String> LARGE_HANDLERS = Set.of("ProduceHandler.java", "FetchHandler.java");
    private static final int METHOD = 60;
    private static final int PARAMETERS = 6;
    private static final int PACKAGE = 20;
    /// Tests stand in the package of what they test, a few for each class.
    private static final int TEST_PACKAGE = 30;

    @Test
    void files() throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : SourceTree.javaFiles()) {
            int lines = SourceTree.lines(file).size();
            if (lines > ceiling(file)) {
                found.add(file + ":" + lines + " has " + lines + " lines, the ceiling is " + ceiling(file));
            }
        }
        assertThat(found).isEmpty();
    }

    private static int ceiling(Path file) {
        String name = file.getFileName().toString();
        if (!SourceTree.isMain(file)) {
            return ANY_FILE;
        }
        boolean handler = file.toString().contains("io/kurier/broker/api/") && name.endsWith("Handler.java");
        return handler && !LARGE_HANDLERS.contains(name) ? HANDLER : MAIN_FILE;
    }

    @Test
    void methodsAndParameters() throws IOException {
        List<String> found = new ArrayList<>();
        for (Parsed parsed : SourceTree.parse(SourceTree.javaFiles())) {
            parsed.unit().accept(new MethodCeilings(parsed, found), null);
        }
        assertThat(found).isEmpty();
    }

    private static final class MethodCeilings extends TreeScanner<Void, Void> {
        private final Parsed parsed;
        private final List<String> found;

        MethodCeilings(Parsed parsed, List<String> found) {
            this.parsed = parsed;
            this.found = found;
        }

        @Override
        public Void visitMethod(MethodTree method, Void unused) {
            long lines = parsed.lastLine(method) - parsed.firstLine(method) + 1;
            if (lines > METHOD) {
                found.add(parsed.at(method) + " " + method.getName() + " has " + lines + " lines, the ceiling is "
                        + METHOD);
            }
            int parameters = method.getParameters().size();
            if (parameters > PARAMETERS && !Trees.isOverride(method)) {
                found.add(parsed.at(method) + " " + method.getName() + " has " + parameters
                        + " parameters, the ceiling is " + PARAMETERS);
            }
            return super.visitMethod(method, null);
        }
    }

    @Test
    void packages() throws IOException {
        TreeMap<Path, Long> sizes = SourceTree.javaFiles().stream()
                .filter(file -> !file.endsWith("package-info.java"))
                .collect(Collectors.groupingBy(Path::getParent, TreeMap::new, Collectors.counting()));
        sizes.entrySet().removeIf(entry -> entry.getValue() <= packageCeiling(entry.getKey()));
        assertThat(sizes)
                .as("packages with more than %d files, or %d tests", PACKAGE, TEST_PACKAGE)
                .isEmpty();
    }

    private static int packageCeiling(Path folder) {
        return folder.toString().contains("src/test/") ? TEST_PACKAGE : PACKAGE;
    }
}
