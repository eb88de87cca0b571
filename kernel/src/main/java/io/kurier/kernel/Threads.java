package io.kurier.kernel;

import java.util.concurrent.Executor;

/// Where work runs that must not run on a network thread.
public interface Threads {
    /// For work that may block (disk, waiting): a virtual thread a task.
    Executor slow();

    /// An executor that runs its tasks one at a time, in the order in which they came, on virtual threads. `name` is
    /// for stack traces.
    Executor serial(String name);
}
