/// Many members of one group, some of which come and go all the time, with Kafka's own consumers against a real node.
@NullMarked
package io.kurier.tests.clients.crowd;

import org.jspecify.annotations.NullMarked;
