/// Figures in, tables, pages and drawings out.
@org.jspecify.annotations.NullMarked
package io.kurier.benchmarks.report;
