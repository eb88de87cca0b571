package io.kurier.kernel;

import org.slf4j.Logger;

/// Runs a task whose failure nobody else would see.
final class Tasks {
    private Tasks() {}

    /// Runs the task; what it throws is logged and goes no further.
    @SuppressWarnings("CatchingUnchecked")
    static void runLogged(Logger log, String where, Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            log.error("A task of {} failed; this is a defect of Kurier", where, e);
        }
    }
}
