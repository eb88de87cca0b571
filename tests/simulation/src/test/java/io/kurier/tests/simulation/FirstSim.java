package io.kurier.tests.simulation;

import io.kurier.testkit.sim.Simulation;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FirstSim {
    @Test
    void starts() throws Exception {
        for (int i = 0; i < 3; i++) {
            long t = System.nanoTime();
            String file = System.getProperty("kurier.trace");
            java.io.PrintWriter out = file == null ? null : new java.io.PrintWriter(file + i);
            Simulation simulation = new Simulation(1, out == null ? null : out::println);
            SimCluster cluster = new SimCluster(simulation, 3, Map.of());
            try {
                cluster.startAll();
                simulation.runFor(Duration.ofSeconds(10));
            } finally {
                System.out.println("hash " + Long.toHexString(simulation.trace().hash()) + " events "
                        + simulation.trace().events() + " now " + simulation.nowNs() / 1000000 + " took "
                        + (System.nanoTime() - t) / 1000000);
                if (out != null) out.close();
            }
        }
    }
}
