package io.kurier.kernel;

/// Runs a task later. Tasks run one at a time on the timers' own thread, so they must be short: they hand real work to
/// an executor.
public interface Timers {
    /// Runs `task` once, `delayNs` nanoseconds from now (at once if it is zero or negative).
    Timer after(long delayNs, Runnable task);

    /// One scheduled task.
    interface Timer {
        /// Takes the task back. True for the one call that did so: the task had not started and never will. False if it
        /// had started, or was cancelled before.
        boolean cancel();
    }
}
