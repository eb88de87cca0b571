/// What is measured, one class for each question.
@NullMarked
package io.kurier.benchmarks.scenario;

import org.jspecify.annotations.NullMarked;
