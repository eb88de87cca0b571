package io.kurier.architecture;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import java.util.Set;
import javax.lang.model.element.Modifier;

/// Questions to a parsed source that more than one rule asks.
final class Trees {
    private static final Set<Tree.Kind> OPEN = Set.of(Tree.Kind.INTERFACE, Tree.Kind.ANNOTATION_TYPE);

    private Trees() {}

    static boolean isOverride(MethodTree method) {
        return method.getModifiers().getAnnotations().stream()
                .anyMatch(
                        annotation -> annotation.getAnnotationType().toString().endsWith("Override"));
    }

    /// Whether a member of `owner` is public; members of interfaces are without saying so.
    static boolean isPublic(ClassTree owner, Set<Modifier> flags) {
        return flags.contains(Modifier.PUBLIC) || (OPEN.contains(owner.getKind()) && !flags.contains(Modifier.PRIVATE));
    }

    /// Whether the method is a record's accessor written out: the record's own comment speaks for it.
    static boolean isRecordAccessor(ClassTree owner, MethodTree method) {
        return owner.getKind() == Tree.Kind.RECORD
                && method.getParameters().isEmpty()
                && owner.getMembers().stream()
                        .anyMatch(member -> member instanceof VariableTree field
                                && !field.getModifiers().getFlags().contains(Modifier.STATIC)
                                && field.getName().equals(method.getName()));
    }
}
