/// The APIs of streams groups (KIP-1071).
@NullMarked
package io.kurier.broker.api.groups.streams;

import org.jspecify.annotations.NullMarked;
