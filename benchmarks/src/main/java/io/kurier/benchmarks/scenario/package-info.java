/// What is measured, one class for each question.
@org.jspecify.annotations.NullMarked
package io.kurier.benchmarks.scenario;
