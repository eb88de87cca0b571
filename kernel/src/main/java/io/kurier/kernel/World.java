package io.kurier.kernel;

import java.util.random.RandomGenerator;

/// Everything that a node needs from outside, in one place: the machine's own in production, a simulated one in tests.
///
/// @param random for identifiers and jitter; safe for use by several threads
public record World(Clock clock, Timers timers, Threads threads, Disk disk, Network network, RandomGenerator random) {}
