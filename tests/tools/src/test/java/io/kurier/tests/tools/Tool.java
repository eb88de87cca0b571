package io.kurier.tests.tools;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.utils.Exit;

/// Runs Apache Kafka's command line tools in this JVM, each as if it had one of its own: with its own standard streams
/// and shutdown hooks, and an exit ends only its own thread. One at a time.
final class Tool {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final int NOT_ENDED = Integer.MIN_VALUE;

    /// A tool's own `main`.
    @FunctionalInterface
    interface Main {
        void main(String[] arguments) throws Exception;
    }

    private final Main main;
    private final List<String> arguments;
    private final AtomicInteger exitCode = new AtomicInteger(NOT_ENDED);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final List<Runnable> shutdownHooks = new CopyOnWriteArrayList<>();

    private Tool(Main main, List<String> arguments) {
        this.main = main;
        this.arguments = arguments;
    }

    /// Runs the tool and answers however it ended.
    static Printed run(Main main, String... arguments) {
        return withInput(main, "", arguments);
    }

    /// Runs the tool with `input` on stdin and answers however it ended.
    static Printed withInput(Main main, String input, String... arguments) {
        return new Tool(main, List.of(arguments)).run(input);
    }

    /// The command that runs a tool in a JVM of its own, which some need: they go on in threads or hooks of the JVM.
    static List<String> ownJvm(Class<?> main, String... arguments) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    private Printed run(String input) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var systemIn = System.in;
        var systemOut = System.out;
        var systemErr = System.err;
        Exit.setExitProcedure((code, message) -> exit(code));
        Exit.setHaltProcedure((code, message) -> exit(code));
        Exit.setShutdownHookAdder((name, hook) -> shutdownHooks.add(hook));
        System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        try {
            Thread thread = Thread.ofPlatform().name("tool").daemon().start(this::runToItsEnd);
            if (!ended.await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                System.err.println(
                        "did not end in " + LIMIT + "; it stands in " + Arrays.toString(thread.getStackTrace()));
            }
            shutdownHooks.forEach(Runnable::run);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        } finally {
            System.out.flush();
            System.setIn(systemIn);
            System.setOut(systemOut);
            System.setErr(systemErr);
            Exit.resetExitProcedure();
            Exit.resetHaltProcedure();
            Exit.resetShutdownHookAdder();
        }
        return new Printed(
                arguments, exitCode.get(), out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /// Does not come back, as an exit does not: whoever called it would only print what it is thrown instead.
    private void exit(int code) {
        exitCode.compareAndSet(NOT_ENDED, code);
        ended.countDown();
        while (true) {
            LockSupport.park();
        }
    }

    private void runToItsEnd() {
        try {
            main.main(arguments.toArray(String[]::new));
            exitCode.compareAndSet(NOT_ENDED, 0);
        } catch (Throwable e) {
            e.printStackTrace();
            exitCode.compareAndSet(NOT_ENDED, 1);
        }
        ended.countDown();
    }
}
