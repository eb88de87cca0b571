package io.kurier.benchmarks;

import com.sun.tools.attach.AgentInitializationException;
import com.sun.tools.attach.AgentLoadException;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import io.kurier.benchmarks.node.Node;
import io.kurier.benchmarks.node.Side;
import io.kurier.benchmarks.scenario.Lab;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// async-profiler in our node during a load: one flame graph for each, and the
/// same stacks as lines of text. Uses CPU timers, which need no `perf_events`, so
/// that it works in a container as well.
final class Profiler implements Lab.Watch {
    private final Path folder;
    private final Path library;

    Profiler(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder).toAbsolutePath();
        this.library = this.folder.resolve("libasyncProfiler.so");
        String machine = System.getProperty("os.arch").equals("aarch64") ? "linux-arm64" : "linux-x64";
        try (InputStream in =
                one.profiler.AsyncProfiler.class.getResourceAsStream("/" + machine + "/libasyncProfiler.so")) {
            if (in == null) {
                throw new IOException("async-profiler has no library for " + machine);
            }
            Files.write(library, in.readAllBytes());
        }
    }

    @Override
    public void begin(Node node, String what) throws IOException {
        tell(node, "start,event=ctimer,interval=1ms,threads");
    }

    @Override
    public void end(Node node, String what) throws IOException {
        String name = (node.installation().side() + "-" + what)
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]+", "-");
        tell(node, "dump,file=" + folder.resolve(name + ".collapsed") + ",collapsed,ann");
        tell(node, "stop,file=" + folder.resolve(name + ".html") + ",flamegraph");
        if (node.installation().side() == Side.KURIER) {
            System.err.println("  flame graph: " + folder.resolve(name + ".html"));
        }
    }

    private void tell(Node node, String command) throws IOException {
        if (node.installation().side() != Side.KURIER) {
            return;
        }
        try {
            VirtualMachine machine = VirtualMachine.attach(Long.toString(node.pid()));
            try {
                machine.loadAgentPath(library.toString(), command);
            } finally {
                machine.detach();
            }
        } catch (AttachNotSupportedException | AgentLoadException | AgentInitializationException e) {
            throw new IOException("cannot profile: " + e.getMessage(), e);
        }
    }
}
