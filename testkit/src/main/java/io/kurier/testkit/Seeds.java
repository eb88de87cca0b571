package io.kurier.testkit;

import java.nio.file.Path;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// Runs a test for many seeds, and says how to repeat the one that fails.
///
/// `-Dkurier.seeds=1000` sets how many (1, 2, 3, ...), `-Dkurier.seed=42` runs just that one.
public final class Seeds {
    private static final String COUNT = "kurier.seeds";
    private static final String ONE = "kurier.seed";
    private static final long FRESH = 1_000_000_007L;

    private Seeds() {}

    /// One run; it must depend on nothing but the seed.
    @FunctionalInterface
    public interface Run {
        /// Throws if what must hold does not.
        void run(long seed) throws Exception;
    }

    /// Runs the calling test for `count` seeds, or for those that the system properties ask for.
    ///
    /// @throws AssertionError at the first seed that fails, with the command that repeats it
    public static void each(int count, Run run) {
        from(1, count, run);
    }

    /// The same with seeds that are others each time.
    ///
    /// @throws AssertionError at the first seed that fails, with the command that repeats it
    public static void fresh(int count, Run run) {
        from(Math.floorMod(System.nanoTime(), FRESH) * 1_000, count, run);
    }

    private static void from(long first, int count, Run run) {
        StackWalker.StackFrame test = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
                .walk(frames -> frames.filter(frame -> frame.getDeclaringClass() != Seeds.class)
                        .findFirst()
                        .orElseThrow());
        Long one = Long.getLong(ONE);
        LongStream seeds =
                one == null ? LongStream.range(first, first + Integer.getInteger(COUNT, count)) : LongStream.of(one);
        run(seeds, run, test.getDeclaringClass(), test.getMethodName());
    }

    static void run(LongStream seeds, Run run, Class<?> testClass, String method) {
        seeds.forEach(seed -> runOne(seed, run, testClass, method));
    }

    private static void runOne(long seed, Run run, Class<?> testClass, String method) {
        try {
            run.run(seed);
        } catch (Exception | AssertionError e) {
            throw new AssertionError(
                    "seed " + seed + " failed: " + e + "\nrepeat it with: " + command(testClass, method, seed), e);
        }
    }

    /// The Maven command that runs one test for one seed, from the root of the repository.
    static String command(Class<?> testClass, String method, long seed) {
        String name = testClass.getSimpleName();
        String test = method.startsWith("lambda$") ? name : name + "#" + method;
        String select = name.endsWith("IT") || name.endsWith("Sim")
                ? "verify -Dtest=none -Dit.test='" + test + "' -Dfailsafe.failIfNoSpecifiedTests=false"
                : "test -Dtest='" + test + "'";
        return "mvn -pl " + module(System.getProperty("kurier.root")) + " -am " + select
                + " -Dsurefire.failIfNoSpecifiedTests=false -D" + ONE + "=" + seed;
    }

    private static String module(@Nullable String root) {
        Path here = Path.of("").toAbsolutePath();
        return root == null
                ? here.getFileName().toString()
                : Path.of(root).relativize(here).toString();
    }
}
