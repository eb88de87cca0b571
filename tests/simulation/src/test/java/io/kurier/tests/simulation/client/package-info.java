/// Producers and consumers as the simulation has them: Kafka's messages over the simulated network.
@org.jspecify.annotations.NullMarked
package io.kurier.tests.simulation.client;
