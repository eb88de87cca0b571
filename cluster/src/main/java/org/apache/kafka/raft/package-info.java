/// The one door into a package of Kafka's that has no public way: see [RaftClients].
@NullMarked
package org.apache.kafka.raft;

import org.jspecify.annotations.NullMarked;
