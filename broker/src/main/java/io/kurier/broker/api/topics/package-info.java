/// Making, growing and deleting topics.
@NullMarked
package io.kurier.broker.api.topics;

import org.jspecify.annotations.NullMarked;
