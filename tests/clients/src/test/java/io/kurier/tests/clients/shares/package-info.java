/// Share groups with Kafka's share consumers against a real node that is killed.
@NullMarked
package io.kurier.tests.clients.shares;

import org.jspecify.annotations.NullMarked;
