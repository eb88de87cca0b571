/// What must hold at every moment, one class for each rule.
@org.jspecify.annotations.NullMarked
package io.kurier.tests.simulation.invariant;
