package io.kurier.broker.metrics;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.List;

/// Memory, garbage collection, threads and processor time of the JVM. Looked up with the first request, as the JVM's
/// management classes cost memory.
public final class JvmMetrics implements MetricSource {
    private static final double MS_PER_SECOND = 1e3;
    private static final double NS_PER_SECOND = 1e9;

    @Override
    public void collect(MetricSink sink) {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        sink.family("jvm_memory_used_bytes", MetricType.GAUGE, "Memory in use.");
        sink.sample("", Labels.of("area", "heap"), memory.getHeapMemoryUsage().getUsed());
        sink.sample(
                "", Labels.of("area", "nonheap"), memory.getNonHeapMemoryUsage().getUsed());
        sink.single(
                "jvm_memory_max_bytes",
                MetricType.GAUGE,
                "Largest size of the heap.",
                memory.getHeapMemoryUsage().getMax());
        List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans();
        sink.family("jvm_gc_seconds_total", MetricType.COUNTER, "Time spent in garbage collection.");
        for (GarbageCollectorMXBean collector : collectors) {
            sink.sample("", Labels.of("gc", collector.getName()), collector.getCollectionTime() / MS_PER_SECOND);
        }
        sink.family("jvm_gc_collections_total", MetricType.COUNTER, "Garbage collections.");
        for (GarbageCollectorMXBean collector : collectors) {
            sink.sample("", Labels.of("gc", collector.getName()), collector.getCollectionCount());
        }
        sink.single(
                "jvm_threads",
                MetricType.GAUGE,
                "Platform threads.",
                ManagementFactory.getThreadMXBean().getThreadCount());
        if (ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean machine) {
            sink.single(
                    "process_cpu_seconds_total",
                    MetricType.COUNTER,
                    "Processor time of the process.",
                    machine.getProcessCpuTime() / NS_PER_SECOND);
        }
    }
}
