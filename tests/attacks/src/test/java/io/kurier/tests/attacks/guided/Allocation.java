package io.kurier.tests.attacks.guided;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/// Holds what one input makes this thread allocate against a bound.
final class Allocation {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocation() {}

    /// What is done with the input; may be done twice.
    interface Work {
        void run() throws Exception;
    }

    /// Fails if the work allocates more. What was too much once is done again, as the first time loads classes.
    static void bounded(long bytes, Work work) throws Exception {
        if (allocated(work) > bytes) {
            assertThat(allocated(work)).as("allocated bytes").isLessThanOrEqualTo(bytes);
        }
    }

    private static long allocated(Work work) throws Exception {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        work.run();
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }
}
