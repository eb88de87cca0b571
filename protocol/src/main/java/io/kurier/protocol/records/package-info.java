@NullMarked
package io.kurier.protocol.records;

import org.jspecify.annotations.NullMarked;
