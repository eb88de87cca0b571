package io.kurier.benchmarks.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Threads of the load.
public final class Workers {
    private Workers() {}

    /// What one thread does.
    public interface Work {
        /// Does it.
        void run() throws IOException;
    }

    /// Runs each on a thread of its own and waits for all; the first failure is thrown.
    public static void run(List<? extends Work> all) throws IOException {
        List<Throwable> failures = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (Work work : all) {
            threads.add(Thread.ofPlatform().name("load").daemon(true).start(() -> {
                try {
                    work.run();
                } catch (IOException | RuntimeException e) {
                    synchronized (failures) {
                        failures.add(e);
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
        synchronized (failures) {
            if (!failures.isEmpty()) {
                throw new IOException("the load failed: " + failures.getFirst(), failures.getFirst());
            }
        }
    }
}
