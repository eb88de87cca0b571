package io.kurier.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What must not stand in the tree: names that say nothing, paths of one machine, work left for later.
class NamesTest {
    private static final Pattern VAGUE_TYPE = Pattern.compile(".*(Impl|Utils?|Helpers?|Managers?)\\.java");
    private static final Pattern VAGUE_PACKAGE = Pattern.compile(".*io/kurier/.*\\b(utils?|helpers?|common|misc)/.*");
    // Put together, so that this file does not name them itself.
    private static final Pattern MACHINE_PATH =
            Pattern.compile("(?<![\\w.~}])/(wo" + "rk|fa" + "rm|ro" + "ot|tmp/l" + "ab|home/[a-z])/");
    private static final Pattern LATER = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|X" + "XX)\\b|@Dis" + "abled\\b");

    @Test
    void typesAndPackagesSayWhatTheyAre() throws IOException {
        assertThat(SourceTree.javaFiles().stream()
                        .map(Path::toString)
                        .filter(file -> VAGUE_TYPE.matcher(file).matches()
                                || VAGUE_PACKAGE.matcher(file).matches()))
                .as("sources whose name says nothing")
                .isEmpty();
    }

    @Test
    void noPathsOfAMachine() throws IOException {
        assertThat(linesWith(MACHINE_PATH, SourceTree.files())).isEmpty();
    }

    @Test
    void nothingIsLeftForLater() throws IOException {
        assertThat(linesWith(LATER, SourceTree.javaFiles())).isEmpty();
    }

    @Test
    void everyPackageIsNullMarked() throws IOException {
        List<String> found = new ArrayList<>();
        SourceTree.javaFiles().stream()
                .filter(SourceTree::isMain)
                .map(Path::getParent)
                .distinct()
                .forEach(folder -> {
                    Path info = SourceTree.ROOT.resolve(folder).resolve("package-info.java");
                    if (!Files.exists(info) || !contains(info, "@NullMarked")) {
                        found.add(folder + "/package-info.java:1 must exist and carry @NullMarked");
                    }
                });
        assertThat(found).isEmpty();
    }

    private static boolean contains(Path file, String what) {
        try {
            return Files.readString(file).contains(what);
        } catch (IOException e) {
            return false;
        }
    }

    private static List<String> linesWith(Pattern pattern, List<Path> files) throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : files) {
            try {
                List<String> lines = SourceTree.lines(file);
                for (int i = 0; i < lines.size(); i++) {
                    if (pattern.matcher(lines.get(i)).find()) {
                        found.add(file + ":" + (i + 1) + " " + lines.get(i).strip());
                    }
                }
            } catch (MalformedInputException notText) {
                assertThat(file.toString()).doesNotEndWith(".java");
            }
        }
        return found;
    }
}
