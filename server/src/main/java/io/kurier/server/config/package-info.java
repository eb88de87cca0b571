/// Configuration in: a node's settings from Apache Kafka's `server.properties` and the command line, checked as a
/// whole.
@NullMarked
package io.kurier.server.config;

import org.jspecify.annotations.NullMarked;
