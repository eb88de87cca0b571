/// A small HTTP server for people and their tools: bounded in everything that comes from outside, and with threads of
/// its own, so that it takes no time from Kafka's connections.
@NullMarked
package io.kurier.http;

import org.jspecify.annotations.NullMarked;
