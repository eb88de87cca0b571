/// Setting and showing client quotas.
@NullMarked
package io.kurier.broker.api.quotas;

import org.jspecify.annotations.NullMarked;
