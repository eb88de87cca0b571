/// Who may come in, as clients see it.
@NullMarked
package io.kurier.broker.api.security;

import org.jspecify.annotations.NullMarked;
