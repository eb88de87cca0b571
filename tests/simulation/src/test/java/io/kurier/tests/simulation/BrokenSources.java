package io.kurier.tests.simulation;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/// A copy of everything with one [PlantedBug] in it: the broken source is compiled, and a class loader of its own loads
/// it in front of all other classes. What is shipped knows nothing of it.
final class BrokenSources {
    private static final Path ROOT = Path.of(System.getProperty("kurier.root", "../.."));

    private BrokenSources() {}

    /// Compiles one into a folder.
    ///
    /// @throws AssertionError if the sound text is not there once: the source has changed, and the planted bug must
    static void compile(PlantedBug bug, Path into) throws IOException {
        String text = Files.readString(ROOT.resolve(bug.source));
        int at = text.indexOf(bug.sound);
        if (at < 0 || text.indexOf(bug.sound, at + 1) >= 0) {
            throw new AssertionError(bug + ": the text that it replaces is not in " + bug.source
                    + " once. The source has changed; change the planted bug with it");
        }
        Path source = into.resolve("src").resolve(Path.of(bug.source).getFileName());
        Files.createDirectories(source.getParent());
        Files.writeString(source, text.replace(bug.sound, bug.broken));
        Path classes = Files.createDirectories(into.resolve("classes"));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        int result = compiler.run(
                null,
                null,
                null,
                "-nowarn",
                "-proc:none",
                "-d",
                classes.toString(),
                "-cp",
                System.getProperty("java.class.path"),
                source.toString());
        if (result != 0) {
            throw new AssertionError(bug + " does not compile");
        }
    }

    /// All classes anew, with the broken ones in front.
    static URLClassLoader loader(Path folder) throws IOException {
        List<URL> urls = new ArrayList<>();
        urls.add(folder.resolve("classes").toUri().toURL());
        for (String entry : System.getProperty("java.class.path").split(java.io.File.pathSeparator)) {
            urls.add(Path.of(entry).toUri().toURL());
        }
        return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }
}
