/// What operators look at: metrics in Prometheus' text format, and health.
@NullMarked
package io.kurier.http.monitoring;

import org.jspecify.annotations.NullMarked;
