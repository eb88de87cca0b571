/// Which settings hold on a topic, a broker or a group, and the settings of each area as small typed records.
@NullMarked
package io.kurier.cluster.config;

import org.jspecify.annotations.NullMarked;
