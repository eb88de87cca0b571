/// Handlers that read and write records.
@NullMarked
package io.kurier.broker.api.records;

import org.jspecify.annotations.NullMarked;
