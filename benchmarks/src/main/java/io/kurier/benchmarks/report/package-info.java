/// Figures in, tables, pages and drawings out.
@NullMarked
package io.kurier.benchmarks.report;

import org.jspecify.annotations.NullMarked;
