package io.kurier.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreePathScanner;
import io.kurier.architecture.SourceTree.Parsed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.lang.model.element.Modifier;
import org.junit.jupiter.api.Test;

/// What is promised in words: every public type and method says what it does, and the documents speak of what exists.
class DocsTest {
    @Test
    void publicTypesAndMethodsHaveAComment() throws IOException {
        List<String> found = new ArrayList<>();
        List<Path> sources =
                SourceTree.javaFiles().stream().filter(SourceTree::isMain).toList();
        for (Parsed parsed : SourceTree.parse(sources)) {
            new Comments(parsed, found).scan(parsed.unit(), null);
        }
        assertThat(found).isEmpty();
    }

    private static final class Comments extends TreePathScanner<Void, Void> {
        private final Parsed parsed;
        private final List<String> found;

        Comments(Parsed parsed, List<String> found) {
            this.parsed = parsed;
            this.found = found;
        }

        @Override
        public Void visitClass(ClassTree type, Void unused) {
            if (type.getSimpleName().isEmpty()) {
                return null;
            }
            Tree around = getCurrentPath().getParentPath().getLeaf();
            Set<Modifier> flags = type.getModifiers().getFlags();
            boolean visible =
                    around instanceof ClassTree owner ? Trees.isPublic(owner, flags) : flags.contains(Modifier.PUBLIC);
            if (!visible) {
                return around instanceof ClassTree ? null : super.visitClass(type, null);
            }
            check(type, "type " + type.getSimpleName());
            return super.visitClass(type, null);
        }

        @Override
        public Void visitMethod(MethodTree method, Void unused) {
            ClassTree owner = (ClassTree) getCurrentPath().getParentPath().getLeaf();
            boolean visible = Trees.isPublic(owner, method.getModifiers().getFlags())
                    && ownerIsPublic()
                    && method.getReturnType() != null
                    && !Trees.isOverride(method)
                    && !Trees.isRecordAccessor(owner, method);
            if (visible) {
                check(method, "method " + owner.getSimpleName() + "." + method.getName());
            }
            return null;
        }

        private boolean ownerIsPublic() {
            for (Tree tree : getCurrentPath().getParentPath()) {
                if (tree instanceof ClassTree type
                        && getCurrentPath().getCompilationUnit().getTypeDecls().contains(type)) {
                    return type.getModifiers().getFlags().contains(Modifier.PUBLIC);
                }
            }
            return false;
        }

        private void check(Tree tree, String what) {
            String comment = parsed.trees().getDocComment(getCurrentPath());
            if (comment == null || comment.isBlank()) {
                found.add(parsed.at(tree) + " public " + what + " has no /// comment");
            }
        }
    }

    private static final Pattern CLASS_IN_TEXT = Pattern.compile("`([A-Z][A-Za-z0-9]+)(?:[.#]\\w+(?:\\(\\))?)?`");
    private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:|#|mailto:)([^)#\\s]+)[^)]*\\)");

    /// A name such as `ProduceHandler` in code marks is one that
    /// the sources use.
    @Test
    void documentsNameClassesThatExist() throws IOException {
        Set<String> sources = SourceTree.javaFiles().stream()
                .map(file -> file.getFileName().toString().replace(".java", ""))
                .collect(Collectors.toSet());
        String allSource = allSource();
        List<String> found = new ArrayList<>();
        for (Path document : documents()) {
            int number = 0;
            for (String line : SourceTree.lines(document)) {
                number++;
                Matcher names = CLASS_IN_TEXT.matcher(line);
                while (names.find()) {
                    String name = names.group(1);
                    if (!sources.contains(name)
                            && !Pattern.compile("\\b" + name + "\\b")
                                    .matcher(allSource)
                                    .find()) {
                        found.add(document + ":" + number + " names " + name + ", which no source does");
                    }
                }
            }
        }
        assertThat(found).isEmpty();
    }

    @Test
    void linksInDocumentsLeadSomewhere() throws IOException {
        List<String> found = new ArrayList<>();
        for (Path document : documents()) {
            int number = 0;
            for (String line : SourceTree.lines(document)) {
                number++;
                Matcher links = LINK.matcher(line);
                while (links.find()) {
                    Path folder = SourceTree.ROOT.resolve(document).getParent();
                    if (!Files.exists(folder.resolve(links.group(1)))) {
                        found.add(document + ":" + number + " links to " + links.group(1) + ", which is not there");
                    }
                }
            }
        }
        assertThat(found).isEmpty();
    }

    private static List<Path> documents() throws IOException {
        return SourceTree.files().stream()
                .filter(file -> file.toString().endsWith(".md"))
                .toList();
    }

    private static String allSource() throws IOException {
        StringBuilder all = new StringBuilder();
        for (Path file : SourceTree.javaFiles()) {
            all.append(Files.readString(SourceTree.ROOT.resolve(file))).append('\n');
        }
        return all.toString();
    }
}
