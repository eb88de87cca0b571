/// Whole clusters in one thread from one seed: nodes, clients, faults, and what must hold.
@org.jspecify.annotations.NullMarked
package io.kurier.tests.simulation;
