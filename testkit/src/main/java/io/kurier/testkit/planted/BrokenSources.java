package io.kurier.testkit.planted;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/// A copy of everything with one planted bug in it: the broken sources are compiled, and a class loader of its own
/// loads them in front of all other classes. What is shipped knows nothing of it.
public final class BrokenSources {
    private static final Path ROOT = Path.of(System.getProperty("kurier.root", "../.."));

    private BrokenSources() {}

    /// One change of a source.
    ///
    /// @param source file, from the root of the repository
    /// @param sound text that is there exactly once
    /// @param broken what it becomes
    public record Edit(String source, String sound, String broken) {}

    /// Compiles one into a folder.
    ///
    /// @param bug its name, for messages
    /// @throws AssertionError if a sound text is not there once: the source has changed, and the planted bug must
    public static void compile(String bug, List<Edit> edits, Path into) throws IOException {
        Map<String, String> sources = new TreeMap<>();
        for (Edit edit : edits) {
            String before = sources.get(edit.source());
            String text = before == null ? Files.readString(ROOT.resolve(edit.source())) : before;
            int at = text.indexOf(edit.sound());
            if (at < 0 || text.indexOf(edit.sound(), at + 1) >= 0) {
                throw new AssertionError(bug + ": the text that it replaces is not in " + edit.source()
                        + " once. The source has changed; change the planted bug with it");
            }
            sources.put(edit.source(), text.replace(edit.sound(), edit.broken()));
        }
        Path classes = Files.createDirectories(into.resolve("classes"));
        List<String> arguments = new ArrayList<>(List.of("-nowarn", "-proc:none", "-d", classes.toString()));
        arguments.addAll(List.of("-cp", System.getProperty("java.class.path")));
        for (Map.Entry<String, String> each : sources.entrySet()) {
            Path source = into.resolve("src").resolve(Path.of(each.getKey()).getFileName());
            Files.createDirectories(source.getParent());
            Files.writeString(source, each.getValue());
            arguments.add(source.toString());
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler.run(null, null, null, arguments.toArray(String[]::new)) != 0) {
            throw new AssertionError(bug + " does not compile");
        }
    }

    /// Runs a simulation against the broken sources that [#compile] left in a folder.
    ///
    /// @param runner has a public static `String firstFailure(int seeds)`, which says what was found, or null
    /// @return what was found, null if nothing was
    public static @Nullable String firstFailure(Path folder, Class<?> runner, int seeds) throws Exception {
        try (URLClassLoader broken = loader(folder)) {
            return (String) broken.loadClass(runner.getName())
                    .getMethod("firstFailure", int.class)
                    .invoke(null, seeds);
        } catch (InvocationTargetException e) {
            throw new AssertionError("the simulation cannot be run", e.getCause());
        }
    }

    /// Those of [#compile] from the same folder, and all other classes anew, with the broken ones in front.
    private static URLClassLoader loader(Path folder) throws IOException {
        List<URL> urls = new ArrayList<>();
        urls.add(folder.resolve("classes").toUri().toURL());
        for (String entry : System.getProperty("java.class.path").split(java.io.File.pathSeparator, -1)) {
            urls.add(Path.of(entry).toUri().toURL());
        }
        return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }
}
