/// Many machines in one thread, from one seed: their processes are coroutines, their time is simulated, and the network
/// between them and the disks in them fail as the seed says.
@org.jspecify.annotations.NullMarked
package io.kurier.testkit.sim;
