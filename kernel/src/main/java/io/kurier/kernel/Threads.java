package io.kurier.kernel;

import java.util.concurrent.Executor;

/// Where work runs that must not run on a network thread.
public interface Threads {
    /// For work that may block (disk, waiting): a virtual thread a task.
    Executor slow();

    /// An executor that runs its tasks one at a time, in the order in which they came, on virtual threads. `name` is
    /// for stack traces.
    Executor serial(String name);

    /// Like [#serial], for tasks that block in the operating system many thousand times a second, as syncs do: on a
    /// platform thread of its own, which ends when it had nothing to do for a while. A virtual one would hold up its
    /// carrier, and each sync would cost several hand-offs between carriers.
    Executor blocking(String name);
}
